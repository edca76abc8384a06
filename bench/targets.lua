-- An epoch of gru_session with targets = "last" and with "all", in turn; processor time.  Batches of
-- "all" have as many sequences as it takes for as many steps of the optimizer.  docs/PERFORMANCE.md.
--
--   RECNN_NUM_THREADS=1 recnn-run bench/targets.lua FILE [rounds [max_sequence_length [loss]]]
--
-- FILE has a user a line; loss is "full", or "sampled N" with N items drawn for a batch.
local recnn = require "recnn"
recnn.quiet(true)
local file, rounds = assert(arg[1], "expected a file with a user a line"), tonumber(arg[2] or 3)
local length, loss = math.tointeger(tonumber(arg[3] or 50)), arg[4] or "sampled 1024"
local BATCH = 1024

local split = recnn.dataset(file):split { leave_one_out = true }
local samples = loss:match "^sampled (%d+)$"
local options = { loss = samples and "sampled" or loss, n_samples = samples and math.tointeger(tonumber(samples)) }

local function epoch(targets, batch)
  local model = recnn.model("gru_session", options, { max_sequence_length = length })
  local start = os.clock()
  local run = recnn.trainer({
    epochs = 1, eval_step = 0, targets = targets, train_batch_size = batch, weight_decay = 0,
  }):fit(model, split)
  return os.clock() - start, run.history[1]
end

-- Every item of a user but the first is a target; a row of "all" is a user, or a stretch of one.
local targets, rows = #split.train - split.train.n_users, split.train.n_users
local batch = math.max(BATCH * rows // targets, 1)
print(("%d targets of %d users; batches of %d targets or %d users; loss %s"):format(targets, rows, BATCH, batch, loss))

local times = { last = {}, all = {} }
for round = 1, rounds do
  local last, one = epoch("last", BATCH)
  local all, two = epoch("all", batch)
  assert(one.samples == targets and two.samples == targets, "both train on every target once")
  print(("round %d: last %.2f s (loss %.4f), all %.2f s (loss %.4f)"):format(round, last, one.loss, all, two.loss))
  table.insert(times.last, last)
  table.insert(times.all, all)
end
local function median(list)
  table.sort(list)
  return (list[(#list + 1) // 2] + list[#list // 2 + 1]) / 2
end
local last, all = median(times.last), median(times.all)
print(("median: last %.2f s, all %.2f s: %.1f times as fast"):format(last, all, last / all))
