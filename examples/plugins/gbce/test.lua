-- Trains a session model and a ranker with the loss; both must beat popularity, on data where there is
-- more to know.
local recnn = require "recnn"

local split = recnn.synthetic({ users = 200, items = 60, interactions_per_user = 20, groups = 6, noise = 0.1, seed = 3 })
  :split { leave_one_out = true }
local function ndcg(of)
  return of:evaluate(split.test, { metrics = { "NDCG@10" } })["NDCG@10"]
end
local popularity = recnn.model "popularity"
popularity:fit(split)
local others = ndcg(popularity)

local function train(model, options, calibration)
  model = recnn.model(model, options)
  local run = model:fit(split, { epochs = 15, learning_rate = 0.01, train_batch_size = 128, eval_step = 0, seed = 1,
    loss = { "gbce", samples = 20, calibration = calibration } })
  return ndcg(model), run.history[1].loss, run.history[15].loss
end

for name, options in pairs { gru_session = { embedding_dim = 16, hidden_dim = 32 }, bpr_mf = { embedding_dim = 16 } } do
  local own, first, last = train(name, options, 0.75)
  print(("%s: loss %.3f, then %.3f; NDCG@10 %.4f, popularity %.4f"):format(name, first, last, own, others))
  assert(last < first and own > others, name .. " has not learnt")
end

-- A ranker of pairs of features cannot be asked for all items at once.
local ok, why = pcall(train, "deepfm", {}, 0.75)
assert(not ok and why:find("deepfm", 1, true), why)
