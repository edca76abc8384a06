-- Trains sasrec on sequences that go by a rule, behind each item comes its neighbour: what popularity
-- cannot know, and attention to the last item can.
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
local model = recnn.model("sasrec", { embedding_dim = 16, sequence_length = 8, dropout_rate = 0.1 })
local run = recnn.trainer({ epochs = 12, learning_rate = 0.005, train_batch_size = 64, eval_step = 0, seed = 1 })
  :fit(model, split)
local popularity = recnn.model "popularity"
popularity:fit(split)
local function ndcg(of)
  return of:evaluate(split.test, { metrics = { "NDCG@10" } })["NDCG@10"]
end
local own, others = ndcg(model), ndcg(popularity)
print(("loss %.4f, then %.4f; NDCG@10 %.4f, popularity %.4f"):format(run.history[1].loss, run.history[12].loss,
  own, others))
assert(own > 0.9, "it has not learnt the rule")
assert(others < 0.5, "there is nothing to learn")

-- A step sees earlier ones alone, so one pass over a user's history teaches what follows each of them.
local shared = recnn.model("sasrec", { embedding_dim = 16, sequence_length = 8, dropout_rate = 0.1 })
local all = recnn.trainer({ epochs = 20, learning_rate = 0.005, train_batch_size = 8, eval_step = 0, seed = 1,
  targets = "all" }):fit(shared, split)
print(("targets = all: %d targets an epoch, NDCG@10 %.4f"):format(all.history[1].samples, ndcg(shared)))
assert(all.history[1].samples == run.history[1].samples, "the targets are the same")
assert(ndcg(shared) > 0.9, "it has not learnt the rule from all targets at once")

-- A history that is given is answered by the rule.
local best = model:recommend { history = { "i3", "i4", "i5", "i6" }, k = 3 }
assert(best[1].item == "i7", "behind i6 comes i7, got " .. best[1].item)
