-- Frappe, click prediction with deepfm: the figures of docs/RESULTS.md.  The data is Baltrunas et al.'s
-- and does not come with recnn: name a folder with train.csv, valid.csv and test.csv whose columns are
-- label, user, item and eight contexts.
--
--   recnn-run frappe.lua --data DIR [--seed N]
--
-- The published protocol (BARS, frappe_x1): the given parts, dimension 10, a tower of 400-400-400 with
-- batch norm and dropout .2, a penalty on the embeddings, Adam, and the epoch with the best AUC on the
-- valid part.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run frappe.lua --data DIR [--seed N]\n"
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

local data = recnn.dataset(options.data or usage(), { features = "*" })
local split = data:split { given = true }
print(data)
print(split)

local model = recnn.model("deepfm", {
  embedding_dim = 10, mlp_dims = { 400, 400, 400 }, dropout_rate = 0.2, use_batch_norm = true,
})
local run = recnn
  .trainer({
    epochs = 15, train_batch_size = 4096, learning_rate = 1e-3, weight_decay = 0, clip_grad_norm = 0,
    groups = { { "*embedding*", weight_decay = 0.05 } }, -- what holds the tables back is what counts here
    valid_metric = "AUC", patience = 4, seed = options.seed,
  })
  :fit(model, split)
print(("%s, %.2f s an epoch with its validation"):format(run, run.seconds / run.epochs))
for _, epoch in ipairs(run.history) do
  print(("epoch %d: loss %.4f, valid AUC %.5f, LogLoss %.4f"):format(
    epoch.epoch, epoch.loss, epoch.valid.AUC, epoch.valid.LogLoss))
end
print()
print(run:evaluate(split.test, { metrics = { "AUC", "LogLoss" } }))
