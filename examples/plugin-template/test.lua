-- Trains @NAME@ on generated ratings.
local recnn = require "recnn"
local data = recnn.dataset(recnn.synthetic { users = 200, items = 100, seed = 1 })
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 1 }
local model = recnn.model("@NAME@", { embedding_dim = 8 })
local run = recnn.trainer { epochs = 10, learning_rate = 0.01, seed = 1 }:fit(model, split)

assert(run.history[10].loss < 0.95 * run.history[1].loss, "the loss does not fall")
local best = model:recommend { user = data:users()[1], k = 5 }
assert(#best == 5, "recommend does not give 5 items")
print(string.format("loss %.4f, then %.4f", run.history[1].loss, run.history[10].loss))
