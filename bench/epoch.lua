-- recnn's side of bench/run's races against RecBole: a model on a folder of atomic files, some epochs of
-- training, and an evaluation of the test part with all metrics.  Prints "fitted SECONDS", of which as many
-- passed between the first step and this line, and in the end a line of JSON.
--
--   recnn-run epoch.lua CASE DATA EPOCHS BATCH
local recnn = require "recnn"
recnn.quiet(true)

local ranked = {
  "Recall", "MRR", "NDCG", "Hit", "Precision", "MAP", "ItemCoverage", "AveragePopularity", "GiniIndex",
  "ShannonEntropy", "TailPercentage",
}

-- The sizes are those of RecBole's defaults, or as near as the two definitions allow.
local cases = {
  NeuMF = { "neural_bpr", { embedding_dim = 64, hidden_dims = { 128, 64 }, dropout_rate = 0.1 } },
  BPR = { "bpr_mf", { embedding_dim = 64 } },
  DeepFM = {
    "deepfm", { embedding_dim = 10, mlp_dims = { 128, 128, 128 }, dropout_rate = 0.2 },
    { features = "user,item,age,gender,occupation,release_year,class", label_threshold = 4 },
    split = { ratio = { 0.8, 0.1, 0.1 }, group_by = "none" }, metrics = { "AUC", "LogLoss" },
  },
  MultiVAE = {
    "variational_autoencoder",
    { encoder_dims = { 600 }, decoder_dims = { 600 }, latent_dim = 128, likelihood = "multinomial" },
  },
  MultiDAE = { "denoising_autoencoder", { hidden_dims = { 600, 64 }, loss = "multinomial" } },
  GRU4Rec = { "gru_session", { embedding_dim = 64, hidden_dim = 128, n_layers = 1 }, sequences = true },
  NARM = { "narm", { embedding_dim = 64, hidden_dim = 128, variant = "paper" }, sequences = true },
  Caser = { "cnn_sequential", { embedding_dim = 64, sequence_length = 50 }, sequences = true },
}

local name, folder, epochs, batch = arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4])
local case = cases[name] or error("no case " .. tostring(name))
local data = recnn.dataset(folder)
local how = case.sequences and { leave_one_out = true, order = "time" } or case.split
local split = data:split(how or { ratio = { 0.8, 0.1, 0.1 }, group_by = "user" })
local model = recnn.model(case[1], case[2], case[3])
local run = recnn
  .trainer({
    epochs = epochs, train_batch_size = batch, learning_rate = 1e-3, weight_decay = 0, clip_grad_norm = 0,
    eval_step = epochs + 1,
  })
  :fit(model, split)
print(("fitted %.6f"):format(run.seconds - run.seconds_to_first_step))
io.stdout:flush()

local seconds = {}
for _, epoch in ipairs(run.history) do
  seconds[#seconds + 1] = ("%.6f"):format(epoch.seconds - (epoch.valid_seconds or 0))
end
local evaluations, result = {}, nil
for i = 1, 3 do
  result = model:evaluate(split.test, { topk = { 10 }, metrics = case.metrics or ranked })
  evaluations[i] = ("%.6f"):format(result.seconds)
end
local quality = case.metrics and "AUC" or "NDCG@10"
print(('{"train_seconds": [%s], "eval_seconds": [%s], "parameters": %d, "quality": {"%s": %.4f}, "model": "%s"}'):format(
  table.concat(seconds, ", "), table.concat(evaluations, ", "), model.n_parameters, quality, result[quality], case[1]))
