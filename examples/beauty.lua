-- Amazon Beauty as S3-Rec and SASRec use it: the figures of docs/RESULTS.md.  The data does not come with
-- recnn: FILE has a user a line, and his items in the order of time.
--
--   recnn-run beauty.lua --data FILE [--seed N] [--only cnn_sequential|hierarchical_cnn]
--
-- A user's last item is for test, the one before for validation; all items are ranked but those he has seen.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run beauty.lua --data FILE [--seed N] [--only cnn_sequential|hierarchical_cnn]\n"
  os.exit(2)
end

local options = { seed = 42 }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" or name == "only" then
    options[name] = value or usage()
  elseif name == "seed" then
    options.seed = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
end

local models = {
  { "cnn_sequential", { sequence_length = 10, dropout_rate = 0.4, loss = "sampled", n_samples = 2048 } },
  { "hierarchical_cnn", { sequence_length = 12, dropout_rate = 0.3, loss = "sampled", n_samples = 2048 } },
}
local trainer = recnn.trainer {
  epochs = 10, train_batch_size = 256, learning_rate = 1.5e-3, weight_decay = 0, valid_metric = "NDCG@10",
  patience = 3, seed = options.seed,
}

local data = recnn.dataset(options.data or usage())
local split = data:split { leave_one_out = true }
print(data)

local results = { recnn.model("popularity"):fit(split, { eval_step = 0 }):evaluate(split.test, { topk = { 10, 20 } }) }
for _, what in ipairs(models) do
  if not options.only or options.only == what[1] then
    local run = trainer:fit(recnn.model(what[1], what[2]), split)
    print(("%s: %s"):format(what[1], run))
    results[#results + 1] = run:evaluate(split.test, { topk = { 10, 20 }, metrics = { "Hit", "NDCG", "MRR" } })
  end
end

print()
print(recnn.compare(results))
