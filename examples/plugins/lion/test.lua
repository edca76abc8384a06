-- Trains with the optimizer: it learns, any number of threads gives the same, and so does a run that was
-- interrupted.
local recnn = require "recnn"

local split = recnn.synthetic({ users = 200, items = 60, interactions_per_user = 20, groups = 6, noise = 0.1, seed = 3 })
  :split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 1 }
local function train(more)
  local options = { learner = { "lion", beta1 = 0.95, beta2 = 0.98 }, learning_rate = 0.003, epochs = 6, eval_step = 0,
    train_batch_size = 256, seed = 1 }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  local model = recnn.model("bpr_mf", { embedding_dim = 16 })
  return model:fit(split, options), model
end
local function losses(run)
  local list = {}
  for i, epoch in ipairs(run.history) do
    list[i] = ("%.17g"):format(epoch.loss)
  end
  return table.concat(list, " ")
end

local run = train()
print(losses(run))
assert(#run.history == 6 and run.history[6].loss < 0.95 * run.history[1].loss, "it has not learnt")
assert(losses(train { learner = "adam" }) ~= losses(run), "it is adam")
for _, threads in ipairs { 1, 2, 4 } do
  recnn.threads(threads)
  assert(losses(train()) == losses(run), threads .. " threads give another result")
end

local broken = pcall(train, { runs = "runs", checkpoint_seconds = 0, on_epoch = function(epoch)
  assert(epoch.epoch < 3)
end })
assert(not broken, "it was not broken off")
local rest = train { runs = "runs", checkpoint_seconds = 0 }
assert(rest.resumed > 0, "it has not gone on")
local request = assert(io.open(rest.folder .. "/request.txt")):read "a"
assert(request:find("learner.plugin = lion 1.0.0\n", 1, true), request)
assert(losses(rest) == losses(run), "what went on is not what ran through")

for options, expected in pairs {
  [{ "lion", beta1 = 1 }] = "beta1",
  [{ "lion", momentum = 0.9 }] = "momentum",
} do
  local ok, why = pcall(train, { learner = options })
  assert(not ok and why:find(expected, 1, true), why)
end
