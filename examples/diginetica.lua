-- Sessions of a shop (Diginetica, from the CIKM Cup 2016): the figures of docs/RESULTS.md.  The data does
-- not come with recnn: DIR holds train_sessions.txt and test_sessions.txt, a session a line, its items in
-- the order of time.
--
--   recnn-run diginetica.lua --data DIR [--seed N] [--epochs N] [--only gru_session|attention_gru|narm]
--                            [--loss full|sampled]
--
-- The loss is over all items, or estimated from 4,096 that are drawn for a batch, which is faster.
--
-- Sessions and items with at least five clicks, again and again until all have; a session's last item is for
-- test, the one before for validation; all items are ranked but those of the session so far.
local recnn = require "recnn"

local function usage()
  io.stderr:write(
    "usage: recnn-run diginetica.lua --data DIR [--seed N] [--epochs N]\n",
    "         [--only gru_session|attention_gru|narm] [--loss full|sampled]\n"
  )
  os.exit(2)
end

local options = { seed = 42, epochs = 10, loss = "full" }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" or name == "only" or name == "loss" then
    options[name] = value or usage()
  elseif name == "seed" or name == "epochs" then
    options[name] = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
end

local models = {
  { "gru_session", { embedding_dim = 64, hidden_dim = 64, n_layers = 1, dropout_rate = 0.2 } },
  { "attention_gru", { embedding_dim = 64, hidden_dim = 64, n_layers = 1, dropout_rate = 0.2 } },
  { "narm", { embedding_dim = 64, hidden_dim = 64, dropout_rate = 0.3, variant = "paper" } },
}
local trainer = recnn.trainer {
  epochs = options.epochs, train_batch_size = 512, learning_rate = 2e-3, weight_decay = 0, valid_metric = "NDCG@10",
  patience = 3, seed = options.seed,
}

local all = recnn.dataset {
  path = options.data or usage(), format = "sequences", sessions = true,
  files = { "train_sessions.txt", "test_sessions.txt" },
}
local data = all:filter { min_user = 5, min_item = 5 }
local split = data:split { leave_one_out = true }
print(data)

local results = {}
for _, what in ipairs(models) do
  if not options.only or options.only == what[1] then
    what[2].loss, what[2].n_samples = options.loss, 4096
    local model = recnn.model(what[1], what[2], { max_sequence_length = 20 })
    local run = trainer:fit(model, split)
    print(("%s: %s"):format(what[1], run))
    results[#results + 1] = run:evaluate(split.test, { topk = { 10, 20 }, metrics = { "Recall", "MRR", "NDCG" } })
  end
end

print()
print(recnn.compare(results))
