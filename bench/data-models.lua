-- Seconds that item_knn and ease take to be computed from a data set, for bench/data.sh: the median of some runs.
local recnn = require "recnn"
recnn.quiet(true)
local split = recnn.dataset(arg[1]):split { ratio = { 0.8, 0.1, 0.1 }, seed = 42 }
for _, name in ipairs { "item_knn", "ease" } do
  local seconds = {}
  for run = 1, 5 do
    seconds[run] = recnn.model(name):fit(split).seconds
  end
  table.sort(seconds)
  print(name, ("%.3f"):format(seconds[3]))
end
