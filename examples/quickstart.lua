-- The whole way in one script: data, split, three models, one table, and recommendations.
--
--   recnn-run quickstart.lua                 on data that is generated in memory
--   recnn-run quickstart.lua --data DIR      on your own: a folder of atomic files, or MovieLens' u.data
--   recnn-run quickstart.lua --epochs 5      shorter; --seed N for another split and other weights
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run quickstart.lua [--data DIR] [--epochs N] [--seed N]\n"
  os.exit(2)
end

local options = { epochs = 60, seed = 42 }
for i = 1, #arg, 2 do
  local name = arg[i]:match "^%-%-(%l+)$"
  if name == "data" and arg[i + 1] then
    options.data = arg[i + 1]
  elseif (name == "epochs" or name == "seed") and math.tointeger(tonumber(arg[i + 1])) then
    options[name] = math.tointeger(tonumber(arg[i + 1]))
  else
    usage()
  end
end

-- Data.  Generated users and items have hidden tastes, some items are far more popular than others,
-- and interests drift: what a model can learn here is what it has to learn from real data.
local data = recnn.dataset(options.data or recnn.synthetic { users = 1000, items = 500, seed = 7 })
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = options.seed }
print(data)
print(split)

-- Three models.  Popularity recommends the same to everybody: what does not beat it has learnt nothing
-- about the users.
local results = {}

local popularity = recnn.model "popularity"
results[1] = popularity:fit(split):evaluate(split.test)

local bpr = recnn.model("neural_bpr", { embedding_dim = 64, hidden_dims = { 64 } })
local trainer = recnn.trainer {
  epochs = options.epochs, train_batch_size = 512, learning_rate = 1e-2, weight_decay = 0,
  valid_metric = "NDCG@10", patience = 10, seed = options.seed,
}
results[2] = trainer:fit(bpr, split):evaluate(split.test)

-- This one predicts ratings, so it is chosen by the error of its predictions.
if data:describe().rating then
  local ncf = recnn.model("advanced_ncf", { embedding_dim = 32 })
  local rating_trainer = recnn.trainer {
    epochs = options.epochs, valid_metric = "RMSE", patience = 3, seed = options.seed,
  }
  results[3] = rating_trainer:fit(ncf, split):evaluate(split.test)
end

print()
print(recnn.compare(results))

-- Recommendations for one user, without what the models know of him.  Those marked with * are in the
-- test part: the user did choose them later, which no model has seen.
local function title(item)
  local features = data:item(item)
  local words = features.title or features.movie_title or features.name or item
  return type(words) == "table" and table.concat(words, " ") or words
end

local user = data:users()[1]
local chosen, n = {}, 0
for _, row in ipairs(data:history(user)) do
  chosen[row.item] = true
  n = n + 1
end
print()
print(("Recommended to user %s, who has chosen %d items:"):format(user, n))
for rank, hit in ipairs(bpr:recommend { user = user, k = 10 }) do
  print(("%2d. %7.3f  %s%s"):format(rank, hit.score, title(hit.item), chosen[hit.item] and " *" or ""))
end
