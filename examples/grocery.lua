-- Amazon Grocery as ReChorus cuts it: the figures of docs/RESULTS.md.  The data does not come with recnn: DIR
-- holds train.csv, dev.csv and test.csv, with a column neg_items of 99 items in the latter two.
--
--   recnn-run grocery.lua --data DIR [--seed N]
--
-- A row's item is ranked among its own 99; ties count against the model.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run grocery.lua --data DIR [--seed N]\n"
  os.exit(2)
end

local options = { seed = 42 }
for i = 1, #arg, 2 do
  local name, value = arg[i]:match "^%-%-(%l+)$", arg[i + 1]
  if name == "data" then
    options.data = value or usage()
  elseif name == "seed" then
    options.seed = math.tointeger(tonumber(value)) or usage()
  else
    usage()
  end
end

local data = recnn.dataset(options.data or usage())
local split = data:split { given = true }
print(data)
print(split)

local protocol = { topk = { 5 }, candidates = "given", metrics = { "Hit", "NDCG" } }
local model = recnn.model("neural_bpr", { embedding_dim = 64, hidden_dims = { 128 }, dropout_rate = 0.6 })
local run = model:fit(split, {
  epochs = 80, train_batch_size = 1024, learning_rate = 3e-3, weight_decay = 2e-6, negative_candidates = 2,
  weight_average = 0.998, valid_metric = "NDCG@5", valid_candidates = "given", patience = 5, seed = options.seed,
})
print(run)
local popularity = recnn.model("popularity"):fit(split, { eval_step = 0 })
print()
print(recnn.compare { popularity:evaluate(split.test, protocol), run:evaluate(split.test, protocol) })
