-- The baselines that a neural model has to beat: the figures of docs/RESULTS.md.  The data does not come
-- with recnn: name a folder with MovieLens 100k, or with train.csv, validation.csv and test.csv (columns
-- userID and itemID) and --given.
--
--   recnn-run baselines.lua --data DIR [--given] [--seed N] [--only MODEL]
--
-- Random 8:1:1 per user, or the given parts; ranking is over all items without those in the user's train
-- and valid parts.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run baselines.lua --data DIR [--given] [--seed N] [--only MODEL]\n"
  os.exit(2)
end

local options = { seed = 42 }
local i = 1
while arg[i] do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "given" then
    options.given = true
  elseif name == "data" or name == "only" then
    options[name] = value or usage()
  elseif name == "seed" then
    options.seed = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
  i = i + (name == "given" and 1 or 2)
end

local models = {
  { name = "random", options = { seed = options.seed } },
  { name = "popularity" },
  { name = "user_knn" },
  { name = "item_knn", options = { k = 50 } },
  { name = "ease" },
  { name = "ials" },
  {
    name = "bpr_mf",
    trainer = {
      epochs = 100, train_batch_size = 1024, learning_rate = 1e-3, weight_decay = 0,
      valid_metric = "NDCG@10", patience = 10,
    },
  },
  {
    name = "bpr_mf",
    label = "bpr_mf, hard negatives",
    options = { regularization = 0.01 },
    trainer = {
      epochs = 100, train_batch_size = 1024, learning_rate = 2e-3, weight_decay = 0,
      negative_candidates = 4, valid_metric = "NDCG@10", patience = 10,
    },
  },
}

local data = recnn.dataset(options.data or usage())
local split = options.given and data:split { given = true }
  or data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = options.seed }
print(data)
print(split)

local results = { metrics = { "NDCG@10", "Recall@10", "MRR@10", "Hit@10", "Precision@10" } }
for _, what in ipairs(models) do
  if not options.only or options.only == what.name then
    local trainer = what.trainer or { eval_step = 0 }
    trainer.seed = options.seed
    local run = recnn.trainer(trainer):fit(recnn.model(what.name, what.options), split)
    print(("%s: %.2f s"):format(what.label or what.name, run.seconds))
    results[#results + 1] = { what.label or what.name, run:evaluate(split.test, { topk = { 10 } }) }
  end
end

print()
print(recnn.compare(results))
