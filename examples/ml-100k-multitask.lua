-- MovieLens 100k with multitask_ncf, one head for ratings and one for rankings: the figures of
-- docs/RESULTS.md.  The data is GroupLens' and does not come with recnn: get ml-100k.zip from
-- https://grouplens.org/datasets/movielens/100k/ and name the unpacked folder.
--
--   recnn-run ml-100k-multitask.lua --data DIR [--seed N]
--
-- Random 8:1:1 per user; a rating of 4 or 5 is a hit.  Both heads together, and each alone: the weight
-- of the rating loss is .5, 0 and 1.  The epoch that counts is the best by RMSE or by NDCG@10 on the
-- valid part; with both heads, once by each.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run ml-100k-multitask.lua --data DIR [--seed N]\n"
  os.exit(2)
end

local options = { seed = 42 }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" then
    options.data = value or usage()
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

local entries = { metrics = { "RMSE", "MAE", "NDCG@10", "Recall@10", "GAUC" } }
for _, what in ipairs {
  { "both heads, by RMSE", 0.5, "RMSE" },
  { "both heads, by NDCG", 0.5, "NDCG@10" },
  { "ranking alone", 0, "NDCG@10" },
  { "rating alone", 1, "RMSE" },
} do
  local label, weight, metric = table.unpack(what)
  local model = recnn.model("multitask_ncf", { rating_weight = weight })
  local run = recnn
    .trainer({
      epochs = 50, train_batch_size = 256, learning_rate = 1e-3, weight_decay = 1e-4,
      valid_metric = metric, patience = 6, seed = options.seed,
    })
    :fit(model, split)
  print(("%s: %s, %.2f s an epoch with its validation"):format(label, run, run.seconds / run.epochs))
  entries[#entries + 1] = { label, run:evaluate(split.test) }
end

print()
print(recnn.compare(entries))
