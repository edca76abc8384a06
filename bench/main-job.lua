-- One epoch of neural_bpr and a full-ranking evaluation of all users, for bench/main-job.sh, which times
-- the process around it.
local recnn = require "recnn"
recnn.quiet(true)
local data = recnn.dataset(arg[1])
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, seed = 42 }
local model = recnn.model("neural_bpr", { embedding_dim = 64, hidden_dims = { 128, 64 } })
local run = recnn.trainer({ epochs = tonumber(arg[2]), train_batch_size = 1024, valid_metric = "NDCG@10" }):fit(model, split)
local epochs = {}
for _, epoch in ipairs(run.history) do
  epochs[#epochs + 1] = epoch.seconds
end
table.sort(epochs)
print(epochs[(#epochs + 1) // 2], run.seconds - run.seconds_to_first_step)
