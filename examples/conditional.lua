-- conditional_vae beside variational_autoencoder, the same but for the condition: the figures of
-- docs/RESULTS.md.  The data is GroupLens' and does not come with recnn: get ml-100k.zip from
-- https://grouplens.org/datasets/movielens/100k/ and name the unpacked folder.
--
--   recnn-run conditional.lua --data DIR [--seed N] [--condition FEATURE]
--
-- Random 8:1:1 per user; the condition is a feature of users.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run conditional.lua --data DIR [--seed N] [--condition FEATURE]\n"
  os.exit(2)
end

local options = { seed = 42, condition = "gender" }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" or name == "condition" then
    options[name] = value or usage()
  elseif name == "seed" then
    options.seed = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
end

local data = recnn.dataset(options.data or usage())
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = options.seed }
print(data)
print(split)

local evaluation = { topk = { 10, 50 }, metrics = { "NDCG", "Recall" } }
local results = {}
for _, name in ipairs { "variational_autoencoder", "conditional_vae" } do
  local model = recnn.model(name, {
    latent_dim = 100, encoder_dims = { 600 }, decoder_dims = { 600 }, activation = "tanh",
    dropout_rate = 0.6, input_dropout = 0.2, normalize_input = true,
    likelihood = "multinomial", beta = 0.2, anneal_steps = 2000,
  }, { condition = options.condition })
  local run = recnn
    .trainer({
      epochs = 300, train_batch_size = 100, learning_rate = 1e-3, weight_decay = 0,
      valid_metric = "NDCG@50", topk = { 10, 50 }, patience = 30, seed = options.seed,
    })
    :fit(model, split)
  print(("%s: %s, %.2f s an epoch with its validation"):format(name, run, run.seconds / run.epochs))
  results[#results + 1] = run:evaluate(split.test, evaluation)
end

print()
print(recnn.compare(results))
