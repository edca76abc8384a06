-- Trains a session model with the loss, on sequences that go by a rule: behind each item comes its
-- neighbour.  Popularity cannot know that.
local recnn = require "recnn"

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir '" .. folder .. "'"))
do
  local file <close> = assert(io.open(folder .. "/walks.inter", "w"))
  file:write("user_id:token\titem_id:token\ttimestamp:float\n")
  for user = 1, 120 do
    for step = 1, 12 do
      file:write(("u%d\ti%d\t%d\n"):format(user, (user * 7 + step) % 40, step))
    end
  end
end
local data = recnn.dataset(folder)
os.remove(folder .. "/walks.inter")
os.remove(folder)

local split = data:split { leave_one_out = true }
local function ndcg(of)
  return of:evaluate(split.test, { metrics = { "NDCG@10" } })["NDCG@10"]
end
local popularity = recnn.model "popularity"
popularity:fit(split)

-- The plugin is found by the loss's name.
local model = recnn.model("gru_session", { embedding_dim = 16, hidden_dim = 32, n_layers = 1, dropout_rate = 0 })
local run = model:fit(split, { epochs = 30, learning_rate = 0.01, train_batch_size = 64, eval_step = 0, seed = 1,
  loss = { "gbce", samples = 4, calibration = 0.75 } })
local own, others = ndcg(model), ndcg(popularity)
print(("loss %.3f, then %.3f; NDCG@10 %.4f, popularity %.4f"):format(run.history[1].loss, run.history[30].loss,
  own, others))
assert(own > 0.9, "it has not learnt the rule")
assert(others < 0.5, "there is nothing to learn")

-- Without samples there is nothing to draw, and click models cannot be asked for all items at once.
local function refused(name, loss, text)
  local ok, why = pcall(function() recnn.model(name):fit(split, { epochs = 1, loss = loss }) end)
  assert(not ok and why:find(text, 1, true), why)
end
refused("gru_session", "gbce samples=0", "samples")
refused("deepfm", "gbce", "deepfm")
