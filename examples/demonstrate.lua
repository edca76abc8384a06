-- All twelve architectures on generated data: what each is made of, two epochs of training, and one table.
--
--   recnn-run demonstrate.lua              everything, under a minute on two cores
--   recnn-run demonstrate.lua narm deepfm  some of them
--   recnn-run demonstrate.lua --seed 7     other data, other weights
--
-- Two epochs are no training: the table shows that all of them learn, not which is the best. quickstart.lua
-- trains longer.
local recnn = require "recnn"

-- Name, options, and how it is measured.  Where a model has no entry in options its defaults are the original's.
local twelve = {
  { "advanced_ncf", {}, "RMSE" },
  { "deepfm", {}, "AUC" },
  { "neural_bpr", {}, "NDCG@10" },
  { "multitask_ncf", {}, "RMSE" },
  { "denoising_autoencoder", { hidden_dims = { 256, 128, 64 } }, "NDCG@10" },
  { "variational_autoencoder", { latent_dim = 64, encoder_dims = { 256, 128 } }, "NDCG@10" },
  { "conditional_vae", { latent_dim = 64, encoder_dims = { 256, 128 }, decoder_dims = { 128, 256 } }, "NDCG@10" },
  { "cnn_sequential", {}, "NDCG@10" },
  { "hierarchical_cnn", { sequence_length = 20 }, "NDCG@10" },
  { "gru_session", {}, "NDCG@10" },
  { "attention_gru", {}, "NDCG@10" },
  { "narm", {}, "NDCG@10" },
}

local seed, wanted, n_wanted = 42, {}, 0
do
  local known = {}
  for _, entry in ipairs(twelve) do known[entry[1]] = true end
  local i = 1
  while i <= #arg do
    if arg[i] == "--seed" and math.tointeger(tonumber(arg[i + 1])) then
      seed = math.tointeger(tonumber(arg[i + 1]))
      i = i + 2
    elseif known[arg[i]] then
      wanted[arg[i]], n_wanted = true, n_wanted + 1
      i = i + 1
    else
      io.stderr:write(("usage: recnn-run demonstrate.lua [--seed N] [MODEL]...\n%s is none of:"):format(arg[i]))
      for _, entry in ipairs(twelve) do io.stderr:write(" ", entry[1]) end
      io.stderr:write "\n"
      os.exit(2)
    end
  end
end

local function thousands(n)
  local text = ("%d"):format(n):reverse():gsub("(%d%d%d)", "%1,"):reverse()
  return (text:gsub("^,", ""))
end

-- The parameters by layer: what stands before ".weight" or ".bias" is one layer.
local function print_layers(model)
  local order, layers = {}, {}
  local trainable, buffers = 0, 0
  for _, parameter in ipairs(model:parameters()) do
    local layer = parameter.name:match "^(.+)%.[^.]+$" or parameter.name
    if not layers[layer] then
      layers[layer] = { count = 0, shapes = {} }
      order[#order + 1] = layer
    end
    if parameter.trainable then
      layers[layer].count = layers[layer].count + parameter.count
      table.insert(layers[layer].shapes, table.concat(parameter.shape, " x "))
      trainable = trainable + parameter.count
    else
      buffers = buffers + parameter.count
    end
  end
  assert(trainable == model.n_parameters)
  for _, name in ipairs(order) do
    print(("  %-24s %10s  %s"):format(name, thousands(layers[name].count), table.concat(layers[name].shapes, ", ")))
  end
  -- Weights, their gradients and Adam's two moments; buffers have neither.
  print(("  %-24s %10s  %.1f MB of weights, %.1f MB in training with Adam"):format("in all", thousands(trainable),
    4 * (trainable + buffers) / 1e6, 4 * (4 * trainable + buffers) / 1e6))
end

local data = recnn.synthetic { users = 500, items = 250, interactions_per_user = 24, seed = seed }
local split = data:split { leave_one_out = true }
print(data)
print(split)

local rows = {}
for _, entry in ipairs(twelve) do
  local name, options, metric = entry[1], entry[2], entry[3]
  if n_wanted == 0 or wanted[name] then
    local model = recnn.model(name, options, { max_sequence_length = 20 })
    model:build(split, { seed = seed })
    print(("\n%s: %s\n  %s"):format(name, model.summary, model.paper))
    print_layers(model)
    local run = recnn.trainer {
      epochs = 2, train_batch_size = 256, learning_rate = 3e-3, weight_decay = 0, valid_metric = metric, seed = seed,
    }:fit(model, split)
    local result = run:evaluate(split.test)
    rows[#rows + 1] = {
      name, thousands(model.n_parameters), ("%.4f"):format(run.history[1].loss), ("%.4f"):format(run.history[2].loss),
      ("%s %.4f"):format(metric, run.best_value), ("%.4f"):format(result[metric]), ("%.2f"):format(run.seconds),
    }
  end
end

print(("\n%-24s %10s %10s %10s  %-16s %8s %8s"):format("model", "parameters", "loss 1", "loss 2", "valid", "test", "seconds"))
for _, row in ipairs(rows) do
  print(("%-24s %10s %10s %10s  %-16s %8s %8s"):format(table.unpack(row)))
end
