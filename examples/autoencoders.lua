-- Autoencoders on MovieLens 100k as "The Datasets Dilemma" cut it: the figures of docs/RESULTS.md.
-- The data does not come with recnn: name a folder with train.csv, validation.csv and test.csv, each
-- with the columns userID and itemID.
--
--   recnn-run autoencoders.lua --data DIR [--seed N] [--only MODEL]
--
-- The given parts (a random item of each user for test, one for validation); ranking is over all
-- items without those in the user's train and valid parts.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run autoencoders.lua --data DIR [--seed N] [--only MODEL]\n"
  os.exit(2)
end

local options = { seed = 42 }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" or name == "only" then
    options[name] = value or usage()
  elseif name == "seed" then
    options.seed = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
end

-- Both leave out a part of the input while training and have the multinomial likelihood; the page of each
-- model under docs/models says why not its defaults.
local models = {
  {
    name = "denoising_autoencoder",
    options = { hidden_dims = { 600 }, noise_factor = 0.3, dropout_rate = 0.7, loss = "multinomial" },
  },
  {
    name = "variational_autoencoder",
    options = {
      latent_dim = 100, encoder_dims = { 300 }, decoder_dims = { 300 }, dropout_rate = 0,
      input_dropout = 0.5, likelihood = "multinomial", beta = 0.2, anneal_steps = 2000,
    },
  },
}

local data = recnn.dataset(options.data or usage())
local split = data:split { given = true }
print(data)
print(split)

local evaluation = { topk = { 10, 100 }, metrics = { "Recall", "NDCG", "MRR" } }
local popularity = recnn.model("popularity"):fit(split)
local results = { popularity:evaluate(split.test, evaluation) }

for _, what in ipairs(models) do
  if not options.only or options.only == what.name then
    local model = recnn.model(what.name, what.options)
    local run = recnn
      .trainer({
        epochs = 300, train_batch_size = 100, learning_rate = 1e-3, weight_decay = 0,
        valid_metric = "NDCG@100", topk = { 10, 100 }, patience = 40, seed = options.seed,
      })
      :fit(model, split)
    print(("%s: %s, %.2f s an epoch with its validation"):format(what.name, run, run.seconds / run.epochs))
    results[#results + 1] = run:evaluate(split.test, evaluation)
  end
end

print()
print(recnn.compare(results))
