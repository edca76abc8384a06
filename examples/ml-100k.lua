-- MovieLens 100k: the figures of docs/RESULTS.md.  The data is GroupLens' and does not come with recnn:
-- get ml-100k.zip from https://grouplens.org/datasets/movielens/100k/ and name the unpacked folder.
--
--   recnn-run ml-100k.lua --data DIR [--seed N] [--only neural_bpr|advanced_ncf]
--
-- Random 8:1:1 per user; ranking is over all items without those in the user's train and valid parts.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run ml-100k.lua --data DIR [--seed N] [--only neural_bpr|advanced_ncf]\n"
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

local models = {
  {
    name = "neural_bpr",
    options = { embedding_dim = 64, hidden_dims = { 128 }, dropout_rate = 0.5 },
    trainer = {
      epochs = 150, train_batch_size = 1024, learning_rate = 3e-3, weight_decay = 0,
      negative_candidates = 4, weight_average = 0.999, valid_metric = "NDCG@10", patience = 15,
    },
    evaluate = { topk = { 10 } },
  },
  {
    name = "advanced_ncf",
    options = { embedding_dim = 64, mlp_dims = { 128, 64, 32 }, n_layers = 3 },
    trainer = {
      epochs = 50, train_batch_size = 256, learning_rate = 1e-3, weight_decay = 1e-3,
      valid_metric = "RMSE", patience = 6,
    },
    evaluate = { metrics = { "RMSE", "MAE" } },
  },
}

local data = recnn.dataset(options.data or usage())
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = options.seed }
print(data)
print(split)

local popularity = recnn.model("popularity"):fit(split)
local results = { popularity:evaluate(split.test, { topk = { 10 } }) }

for _, what in ipairs(models) do
  if not options.only or options.only == what.name then
    what.trainer.seed = options.seed
    local model = recnn.model(what.name, what.options)
    local run = recnn.trainer(what.trainer):fit(model, split)
    print(("%s: %s, %.2f s an epoch with its validation"):format(what.name, run, run.seconds / run.epochs))
    results[#results + 1] = run:evaluate(split.test, what.evaluate)
  end
end

print()
print(recnn.compare(results))
