-- Evaluation and its results.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has, near = tap.test, tap.equal, tap.raises, tap.has, tap.near

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
  local alike = popularity:evaluate(split.test, { metrics = { "Diversity" }, topk = 5, diversity = "embeddings" })
  equal(alike["Diversity@5"], 0) -- its embeddings are one number each: all point the same way
  raises(function() at { ties = "lucky" } end, "ties", "lucky", "pessimistic")
  raises(function() at { candidates = "given" } end, "list of candidates")
  raises(function() at { candidates = "uni" } end, "uni100")
end)

test("slices", function()
  local result = run:evaluate(split.test, { metrics = { "NDCG@10" }, slices = { "items", "user_deciles" } })
  local users, sum = 0, 0
  for _, slice in ipairs(result:slices()) do
    if slice.by == "user_deciles" then
      users = users + slice.n_users
      sum = sum + slice.n_users * (slice.values["NDCG@10"] or 0)
    else
      assert(slice.by == "items" and (slice.name == "warm" or slice.name == "cold"))
    end
  end
  equal(#result:slices(), 12)
  equal(users, result.n_users)
  near(sum / users, result["NDCG@10"], 1e-12)
  equal(#run:evaluate(split.test):slices(), 0)
  raises(function() run:evaluate(split.test, { slices = "item" }) end, "item", "item_deciles")
end)

test("the definitions of others", function()
  local ours = run:evaluate(split.test, { metrics = { "Recall@3", "MRR@60" } })
  local result = run:evaluate(split.test, { profile = "lenskit", metrics = { "Recall@3", "NDCG@3" } })
  assert(result["Recall@3"] >= ours["Recall@3"])
  has(tostring(result), "as lenskit has it")
  local cornac = run:evaluate(split.test, { profile = "Cornac", metrics = { "MRR", "AUC" } })
  near(cornac.MRR, ours["MRR@60"], 1e-12)
  raises(function() run:evaluate(split.test, { profile = "recbowl" }) end, "recbowl", "recbole")
  raises(function() run:evaluate(split.test, { profile = "ncf" }) end, "list of candidates")
  raises(function() run:evaluate(split.test, { profile = "cornac", metrics = { "MRR@10" } }) end, "whole ranking")
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

test("the numbers of every user", function()
  local result = run:evaluate(split.test, { metrics = { "NDCG@10", "ItemCoverage@10" } })
  local list, sum = result:per_user "ndcg@10", 0
  equal(#list, result.n_users)
  for _, entry in ipairs(list) do
    sum = sum + entry.value
  end
  near(sum / #list, result["NDCG@10"], 1e-12)
  assert(split.data:user(list[1].user))
  raises(function() result:per_user "ItemCoverage" end, "no mean over users")
  raises(function() result:per_user "MRR@10" end, "was not computed")
  local bare = run:evaluate(split.test, { per_user = false })
  raises(function() bare:per_user "NDCG" end, "were not kept")
  equal(bare["NDCG@10"], result["NDCG@10"])
  equal(result.ties .. " " .. result.candidates, "pessimistic all")
end)

test("is one better than another", function()
  local popularity = recnn.model "popularity"
  popularity:fit(split)
  local a, b = popularity:evaluate(split.test), run:evaluate(split.test)
  for _, name in ipairs { "t", "wilcoxon", "sign" } do
    local there, back = a:versus(b, "NDCG", { test = name }), b:versus(a, "NDCG", { test = name })
    equal(there.test, name)
    near(there.difference, a["NDCG@10"] - b["NDCG@10"], 1e-12)
    near(there.difference, -back.difference, 1e-15)
    near(there.p, back.p, 1e-12)
    assert(there.p > 0 and there.p <= 1 and there.n > 0)
  end
  equal(a:versus(a, "NDCG").p, 1)
  local low, high = b:interval("NDCG", { level = 0.9, samples = 500, seed = 3 })
  assert(low < b["NDCG@10"] and b["NDCG@10"] < high)
  local wide_low, wide_high = b:interval("NDCG", { level = 0.99, samples = 500, seed = 3 })
  assert(wide_low < low and high < wide_high)
  local from, to = b:interval("NDCG", { other = a })
  local difference = b["NDCG@10"] - a["NDCG@10"]
  assert(from < difference and difference < to)
  raises(function() a:versus(b, "NDCG", { test = "z" }) end, "test", "wilcoxon")
  raises(function() a:versus(model:evaluate(split.valid), "NDCG") end, "not evaluated on the same users")
  raises(function() a:interval("NDCG", { level = 1 }) end, "level")
end)

test("results as files", function()
  local folder = fixture.folder()
  local result = run:evaluate(split.test, { ranks = true, lists = 3, metrics = { "MRR@60" } })
  local path = {}
  for _, name in ipairs { "values", "per_user", "ranks", "lists" } do
    path[name] = folder .. "/" .. name .. ".tsv"
  end
  equal(result:write(path), result)
  local function rows(name)
    local list = {}
    for line in io.lines(path[name]) do
      local row = {}
      for field in line:gmatch "[^\t]+" do
        row[#row + 1] = field
      end
      list[#list + 1] = row
    end
    return table.remove(list, 1), list
  end
  local head, values = rows "values"
  equal(table.concat(head, " "), "metric value")
  equal(tonumber(values[1][2]), result["MRR@60"])
  local first_rank, listed = {}, {}
  head, values = rows "ranks"
  equal(table.concat(head, " "), "user_id item_id rank")
  for _, row in ipairs(values) do
    first_rank[row[1]] = first_rank[row[1]] or tonumber(row[3])
    listed[row[1] .. " " .. row[2]] = tonumber(row[3])
  end
  head, values = rows "per_user"
  equal(table.concat(head, " "), "user_id MRR@60")
  equal(#values, result.n_users)
  for _, row in ipairs(values) do
    near(tonumber(row[2]), 1 / first_rank[row[1]], 1e-15)
  end
  head, values = rows "lists"
  equal(table.concat(head, " "), "user_id rank item_id")
  equal(#values, 3 * result.n_users)
  for _, row in ipairs(values) do
    local rank = listed[row[1] .. " " .. row[3]]
    assert(not rank or rank >= tonumber(row[2])) -- a tie may count against it
  end
  local plain = run:evaluate(split.test, { metrics = { "MRR@60" } })
  equal(plain["MRR@60"], result["MRR@60"]) -- what is kept changes nothing
  raises(function() plain:write { lists = path.lists } end, path.lists, "were not kept")
  raises(function() plain:write {} end, "at least one of values")
  raises(function() plain:write { list = "x" } end, "did you mean lists")
  raises(function() plain:write { values = folder .. "/none/x" } end, folder .. "/none/x")
  recnn.write_file(folder .. "/text", "one\n")
  equal(io.open(folder .. "/text"):read "a", "one\n")
  raises(function() recnn.write_file(folder .. "/none/x", "") end, "none/x")
end)

test("what metrics there are", function()
  local metrics = recnn.metrics()
  equal(metrics.NDCG.kind, "rank")
  equal(metrics.RMSE.higher_is_better, false)
  equal(metrics.GAUC.has_cutoff, false)
  has(metrics.Hit.aliases, "HR")
  assert(metrics.ItemCoverage.doc)
end)

test("compare sets results side by side", function()
  local popularity = recnn.model "popularity"
  popularity:fit(split)
  local a = popularity:evaluate(split.test, { topk = { 5, 10 } })
  local b = run:evaluate(split.test, { topk = { 5, 10 } })
  local text = recnn.compare { a, b, { "again", b } }
  local lines = {}
  for line in text:gmatch "[^\n]+" do lines[#lines + 1] = line end
  equal(#lines, 5)
  has(lines[1], "model", "NDCG@5", "NDCG@10", "Recall@10")
  has(lines[2], "popularity", ("%.4f"):format(a["NDCG@10"]))
  has(lines[3], "neural_bpr", ("%.4f"):format(b["NDCG@10"]))
  has(lines[4], "again")
  has(lines[5], "* the best", "paired t-test")
  local best = math.max(a["NDCG@10"], b["NDCG@10"])
  has(recnn.compare { a, b, metrics = { "NDCG@10" } }, ("%.4f*"):format(best))
  local one = recnn.compare { a, b, metrics = { "NDCG@10", "RMSE" }, test = false }
  has(one, " -")
  assert(not one:find("Recall", 1, true) and not one:find("t-test", 1, true))
  raises(function() recnn.compare {} end, "compare", "results expected")
  raises(function() recnn.compare { a, 5 } end, "entry 2", "number")
  raises(function() recnn.compare { a, split } end, "entry 2")
end)

test("compare's formats", function()
  local popularity = recnn.model "popularity"
  popularity:fit(split)
  local a, b = { "a_b", popularity:evaluate(split.test) }, { 'x, "y" & <z>', run:evaluate(split.test) }
  local value = ("%.3f"):format(math.max(a[2]["MRR@10"], b[2]["MRR@10"]))
  local path = fixture.folder() .. "/table"
  local function with(format)
    return recnn.compare { a, b, metrics = { "mrr@10" }, format = format, digits = 3, path = path }
  end
  has(with "csv", "model,MRR@10,MRR@10 p\n", "a_b," .. ("%.17g"):format(a[2]["MRR@10"]), '"x, ""y"" & <z>",')
  equal(io.open(path):read "a", with "csv" .. "\n")
  has(with "latex", "\\begin{tabular}{lr}", "a\\_b &", "\\textbf{" .. value .. "}", "\\& <z>")
  has(with "html", "<td>a_b</td>", "<b>" .. value .. "</b>", "x, &quot;y&quot; &amp; &lt;z&gt;")
  raises(function() with "pdf" end, "format", "pdf", "latex")
  raises(function() recnn.compare { a, metric = {} } end, "metric is not known")
  raises(function() recnn.compare { a, metrics = { "NDGC@10" } } end, "NDGC@10")
  raises(function() recnn.compare { a, baseline = "c" } end, "baseline", "c")
  raises(function() recnn.compare { a, alpha = 2 } end, "alpha", "2")
  raises(function() recnn.compare { a, test = "z" } end, "test", "z")
  raises(function() recnn.compare { a, digits = -1 } end, "digits", "-1")
end)

test("compare tests against a baseline, with Holm's correction", function()
  -- Three models that rank the relevant items worse and worse: the first wins for every user.
  local results = {}
  for i, ties in ipairs { "optimistic", "mean", "pessimistic" } do
    local constant = recnn.model "popularity"
    constant:fit(split)
    results[i] = { ties, constant:evaluate(split.test, { ties = ties, metrics = { "NDCG@60", "AveragePopularity@5" } }) }
  end
  local p = {}
  for i = 2, 3 do
    p[i] = results[i][2]:versus(results[1][2], "NDCG@60").p
  end
  local csv = recnn.compare { results[1], results[2], results[3], baseline = "optimistic", format = "csv", metrics = { "NDCG@60" } }
  local low, high = math.min(p[2], p[3]), math.max(p[2], p[3])
  has(csv, (",%.6g\n"):format(p[2] <= p[3] and math.min(1, 2 * low) or math.max(math.min(1, 2 * low), high)))
  has(csv, (",%.6g"):format(p[3] < p[2] and math.min(1, 2 * low) or math.max(math.min(1, 2 * low), high)))
  assert(low < 0.025)
  local text = recnn.compare { results[1], results[2], results[3], baseline = 1, metrics = { "NDCG@60" } }
  has(text, ("%.4f -"):format(results[3][2]["NDCG@60"]), "better than optimistic")
  -- A lower value is the better one where the metric says so; equal ones are all best.
  local equals = recnn.compare { results[1], results[3], metrics = { "AveragePopularity@5" } }
  assert(equals:find "optimistic +[%d.]+%*\npessimistic +[%d.]+%*\n")
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
