-- Trains with the sampler: it learns, and from other negatives than those of another width or of the uniform sampler.
local recnn = require "recnn"

local split = recnn.synthetic({ users = 200, items = 60, interactions_per_user = 20, groups = 6, noise = 0.1, seed = 3 })
  :split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 1 }
local function train(sampler)
  local model = recnn.model("bpr_mf", { embedding_dim = 16 })
  local run = model:fit(split, { sampler = sampler, learning_rate = 0.01, epochs = 10, eval_step = 0, train_batch_size = 256,
    seed = 1 })
  return run.history, model
end

local history, model = train { "near_popularity", width = 10 }
local ndcg = model:evaluate(split.test, { metrics = { "NDCG@10" } })["NDCG@10"]
print(("loss %.4f, then %.4f; NDCG@10 %.4f"):format(history[1].loss, history[10].loss, ndcg))
assert(history[10].loss < history[1].loss, "it has not learnt")
for _, other in ipairs { "uniform", "popularity", "near_popularity width=2" } do
  assert(train(other)[1].loss ~= history[1].loss, other .. " gives the same")
end

local ok, why = pcall(train, "near_popularity width=0")
assert(not ok and why:find("width", 1, true) and why:find("0", 1, true), why)
