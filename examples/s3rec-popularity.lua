-- Popularity on the S3-Rec data sets, counted on the training interactions and counted on all of
-- them.  The published PopRec row is the second one: it counts what is to be predicted.
--
--   recnn-run s3rec-popularity.lua FILE [TIES]
--
-- FILE is one user a line, `user item item ...` in the order of time, such as the Beauty.txt of
-- https://github.com/RUCAIBox/CIKM2020-S3Rec; TIES is pessimistic (the default), optimistic, mean,
-- random, or order: the item with the smaller number comes first.
local recnn = require "recnn"

if not arg[1] then
  io.stderr:write "usage: recnn-run s3rec-popularity.lua FILE [TIES]\n"
  os.exit(2)
end
local data = recnn.dataset(arg[1], { format = "sequences" })
local split = data:split { leave_one_out = true }
print(data)

local entries = { metrics = { "Hit@10", "NDCG@10", "Hit@20" } }
for _, count in ipairs { "train", "all" } do
  local model = recnn.model("popularity", { count = count })
  model:fit(split)
  local result = model:evaluate(split.test, { topk = { 10, 20 }, ties = arg[2] or "pessimistic" })
  print(result)
  entries[#entries + 1] = { "count = " .. count, result }
end
print(recnn.compare(entries))
print(split:audit())
