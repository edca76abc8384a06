-- Evaluation and its results.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

recnn.quiet(true)

local model, split, run = fixture.fitted()

test("metrics by name, in any case", function()
  local result = run:evaluate(split.test, { topk = { 5, 10 } })
  local values = result:values()
  for _, name in ipairs { "Recall", "NDCG", "MRR", "Hit", "Precision" } do
    for _, k in ipairs { 5, 10 } do
      local value = result[name .. "@" .. k]
      assert(value >= 0 and value <= 1)
      equal(values[name .. "@" .. k], value)
    end
  end
  equal(result["ndcg@10"], result["NDCG@10"])
  equal(result["hr@5"], result["Hit@5"])
  assert(result["Recall@10"] >= result["Recall@5"])
  equal(result.model, "neural_bpr")
  equal(result.part, "test")
  equal(result.n_users, split.test.n_users)
  equal(result.n_items, split.data.n_items)
  equal(result.n_rows, 0) -- no ratings were compared
  assert(result.seconds >= 0 and result.tied_users >= 0 and result.peak_bytes > 0)
end)

test("pairs gives names and values in order", function()
  local result = model:evaluate(split.test, { topk = 10, metrics = { "Recall@5", "NDCG" } })
  local names = {}
  for name, value in pairs(result) do
    names[#names + 1] = name
    equal(value, result[name])
  end
  equal(table.concat(names, " "), "Recall@5 NDCG@10")
end)

test("a single metric as a text", function()
  local result = model:evaluate(split.valid, { metrics = "MRR@3" })
  equal(result.part, "valid")
  assert(result["MRR@3"])
end)

test("as a table for people", function()
  has(model:evaluate(split.test, { topk = { 5, 10 } }), "NDCG", "Recall", "5", "10")
end)

test("value metrics of a model that predicts ratings", function()
  local data = fixture.data()
  local parts = data:split()
  local ncf = recnn.model("advanced_ncf", { embedding_dim = 4, mlp_dims = { 8 }, n_layers = 1 })
  local result = ncf:fit(parts, { epochs = 1 }):evaluate(parts.test, { metrics = { "RMSE", "MAE" } })
  assert(result.RMSE > 0 and result.MAE > 0 and result.MAE <= result.RMSE)
  equal(result.n_rows, #parts.test)
end)

test("ties, candidates and metrics of lists", function()
  local popularity = recnn.model "popularity"
  popularity:fit(split)
  local function at(options)
    options.metrics = { "NDCG@10" }
    local result = popularity:evaluate(split.test, options)
    return result["NDCG@10"], result
  end
  local worst, result = at {}
  local best, mean = at { ties = "optimistic" }, at { ties = "mean" }
  assert(result.tied_users > 0 and worst < mean and mean < best)
  local random = at { ties = "random", seed = 3 }
  equal(random, (at { ties = "random", seed = 3 }))
  assert(random ~= at { ties = "random", seed = 4 } and worst < random and random < best)
  local few, among = at { candidates = "uni20", seed = 5 }
  assert(few > worst)
  has(tostring(among), "ranking among uni20 of", "counted against")
  equal(few, (at { candidates = "uni20", seed = 5 }))
  assert(few ~= at { candidates = "uni20", seed = 6 })
  local all = popularity:evaluate(split.test, { metrics = "all", topk = { 5, 10 } })
  assert(all["ItemCoverage@5"] > 0 and all["ItemCoverage@5"] <= all["ItemCoverage@10"])
  assert(all["GiniIndex@10"] > 0.5 and all["AveragePopularity@5"] > all["AveragePopularity@10"])
  has(all, "ShannonEntropy", "TailPercentage", "Novelty", "Diversity", "GAUC")
  raises(function() at { ties = "lucky" } end, "ties", "lucky", "pessimistic")
  raises(function() at { candidates = "given" } end, "list of candidates")
  raises(function() at { candidates = "uni" } end, "uni100")
end)

test("what was not computed", function()
  local result = model:evaluate(split.test, { metrics = { "NDCG@10" } })
  raises(function() return result["NDCG@20"] end, "NDCG@20")
  raises(function() return result["NDGC@10"] end, "NDGC", "NDCG")
  raises(function() return result.rmse end, "rmse")
end)

test("what cannot be evaluated", function()
  local function with(options)
    return function() model:evaluate(split.test, options) end
  end
  raises(with { topk = { 0 } }, "topk", "0")
  raises(with { topk = { split.data.n_items + 1 } }, tostring(split.data.n_items + 1),
    tostring(split.data.n_items))
  raises(with { topk = { 2.5 } }, "topk", "2.5")
  raises(with { topk = {} }, "topk", "empty list")
  raises(with { metrics = {} }, "metrics", "empty list")
  raises(with { metrics = 5 }, "metrics", "number")
  raises(with { metrics = { 5 } }, "metrics", "number (element 1)")
  raises(with { metrics = { "NDGC@10" } }, "NDGC", "NDCG")
  raises(with { metrics = { "RMSE@10" } }, "RMSE@10")
  raises(with { metric = "NDCG" }, "did you mean metrics")
  raises(function() model:evaluate() end, "recnn.part expected, got no value")
  raises(function() model:evaluate(split) end, "recnn.part expected, got recnn.split")
  raises(function() fixture.model():evaluate(split.test) end, "not trained", "fit")
end)

test("parts that hold what the model was trained on are refused", function()
  local other = split.data:split { seed = 99 }
  raises(function() model:evaluate(other.test) end, "another split", "seed 1", "seed 99")
  raises(function() model:evaluate(fixture.data(8):split().test) end, "data set")
  -- The same split made again is the same split.
  local again = split.data:split { seed = 1 }
  equal(model:evaluate(again.test)["NDCG@10"], model:evaluate(split.test)["NDCG@10"])
end)

test("a part without rows", function()
  local parts = fixture.data():split { ratio = { 0.9, 0.1, 0 } }
  local fitted = fixture.model()
  fitted:fit(parts, { epochs = 1 })
  raises(function() fitted:evaluate(parts.test) end, "test")
end)

test("compare sets results side by side", function()
  local popularity = recnn.model "popularity"
  popularity:fit(split)
  local a = popularity:evaluate(split.test, { topk = { 5, 10 } })
  local b = run:evaluate(split.test, { topk = { 5, 10 } })
  local text = recnn.compare { a, b, { "again", b } }
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  equal(#lines, 4)
  has(lines[1], "model", "NDCG@5", "NDCG@10", "Recall@10")
  has(lines[2], "popularity", ("%.4f"):format(a["NDCG@10"]))
  has(lines[3], "neural_bpr", ("%.4f"):format(b["NDCG@10"]))
  has(lines[4], "again")
  equal(#lines[1], #lines[2])
  local one = recnn.compare { a, b, metrics = { "NDCG@10", "RMSE" } }
  has(one, "-")
  assert(not one:find("Recall", 1, true))
  raises(function() recnn.compare {} end, "compare", "results expected")
  raises(function() recnn.compare { a, 5 } end, "entry 2", "number")
  raises(function() recnn.compare { a, split } end, "entry 2")
end)

test("a closed result says so", function()
  local kept
  do
    local result <close> = model:evaluate(split.test)
    kept = result
  end
  has(tostring(kept), "closed")
  raises(function() return kept["NDCG@10"] end, "closed")
  raises(function() kept:values() end, "closed")
  local ok, problem = pcall(pairs, kept)
  assert(not ok)
  has(problem, "closed")
end)

tap.finish()
