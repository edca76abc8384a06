-- Models of labels: deepfm with features of users and items, and of interactions; and multitask_ncf,
-- which learns ratings and labels together.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, near, raises, has = tap.test, tap.equal, tap.near, tap.raises, tap.has

recnn.quiet(true)

local small = { embedding_dim = 4, mlp_dims = { 8 } }

-- 600 clicks: an item is clicked at the hour of the same parity, and never by those it is too warm for.
local function clicks()
  local lines = { "user,item,label,hour,place,warmth" }
  for i = 0, 599 do
    local user, item, hour = i % 30, i * 7 % 20, (i * 13 + i // 60) % 8
    local label = (item + hour) % 2 == 0 and i % 10 < 8 and 1 or 0
    lines[#lines + 1] = ("u%d,i%d,%d,h%d,%s,%d"):format(user, item, label, hour, i % 3 == 0 and "home" or "", i % 10)
  end
  local path = fixture.write(fixture.folder() .. "/clicks.csv", table.concat(lines, "\n") .. "\n")
  return recnn.dataset(path, { features = "hour:token,place:token,warmth:float" })
end

test("clicks with features of interactions: labels are predicted from them", function()
  local split = clicks():split { seed = 2, group_by = "none" }
  local model = recnn.model("deepfm", small, { features = "user,item,hour,place,warmth" })
  local run = model:fit(split, { epochs = 60, train_batch_size = 64, learning_rate = 0.02, patience = 0 })
  equal(run.valid_metric, "AUC")
  local result = model:evaluate(split.test)
  assert(result.AUC > 0.9, result.AUC)
  assert(result.LogLoss < 0.5, result.LogLoss)
  raises(function() return result["NDCG@10"] end, "NDCG@10")
  -- The same without the hour cannot know.
  local blind = recnn.model("deepfm", small, { features = "user,item" })
  blind:fit(split, { epochs = 20, train_batch_size = 64, learning_rate = 0.02 })
  local unknowing = blind:evaluate(split.test)
  assert(unknowing.AUC < 0.8, unknowing.AUC)
  assert(unknowing["NDCG@10"] > 0) -- all its features are of users and items, so it ranks, too
  raises(function() model:evaluate(split.test, { metrics = { "NDCG@10" } }) end,
    "deepfm cannot rank", "have to be told: hour, place, warmth")

  -- Asked with the context told, it ranks; what is told counts.
  raises(function() model:recommend { user = "u1" } end, "nobody has told: hour, place, warmth")
  raises(function() model:recommend { user = "u1", features = { hour = "h1", place = "home" } } end,
    "nobody has told: warmth")
  for hour = 0, 7 do
    local hits = model:recommend {
      user = "u1", features = { hour = "h" .. hour, place = "", warmth = 2 }, k = 5, exclude_seen = false,
    }
    equal(#hits, 5)
    local right = 0
    for _, hit in ipairs(hits) do
      right = right + ((tonumber(hit.item:sub(2)) + hour) % 2 == 0 and 1 or 0)
    end
    assert(right >= 4, ("hour %d: %d of 5"):format(hour, right))
  end
  local stranger = model:recommend { features = { hour = "h1", place = "home", warmth = 2.5 }, k = 20 }
  equal(#stranger, 20)
  local one = stranger[7]
  local again = model:recommend {
    features = { hour = "h1", place = "home", warmth = 2.5 }, candidates = { one.item, stranger[3].item }, k = 2,
  }
  equal(again[2].item, one.item)
  equal(again[2].score, one.score)
  local function told(features)
    return function() model:recommend { user = "u1", features = features } end
  end
  raises(told { hour = "h9" }, "feature hour", '"h9"', "none of its 8 values")
  raises(told { hour = { "h1", "h2" } }, "feature hour", "2 values, expected one")
  raises(told { houre = "h1" }, "houre", "did you mean hour")
  raises(told { warmth = "hot" }, "feature warmth", '"hot"', "expected a number")
  raises(told { warmth = true }, "warmth", "boolean")
  raises(told { hour = { {} } }, "hour", "table")
  raises(told { "h1" }, "a value for [1]")
  raises(told "h1", "got a string")
  raises(function() model:recommend { features = { item = "i1" } } end, "items, which have their own")
end)

test("features of users and items: full ranking, also for somebody new", function()
  local split = fixture.data():split { seed = 1 }
  local model = recnn.model("deepfm", small, { features = "user,item,gender,age,genres", feature_buckets = 4 })
  equal(model:inputs().feature_buckets, 4)
  local run = model:fit(split, { epochs = 3, train_batch_size = 64, learning_rate = 0.01 })
  assert(run.history[1].loss > run.history[3].loss)
  local fields = 0
  for _, parameter in ipairs(model:parameters()) do
    fields = fields + (parameter.name:find "^embeddings%." and 1 or 0)
    if parameter.name == "embeddings.3.weight" then equal(parameter.shape[1], 5) end -- buckets of age, and none
  end
  assert(fields > 5)
  local result = model:evaluate(split.test)
  assert(result.AUC > 0 and result["NDCG@10"] > 0)
  local user = split.data:users()[3]
  local facts = split.data:user(user)
  local own = model:recommend { user = user, k = 5, exclude_seen = false }
  -- To be told what the data says changes nothing.
  local same = model:recommend {
    user = user, features = { gender = facts.gender, age = facts.age }, k = 5, exclude_seen = false,
  }
  for i = 1, 5 do
    equal(same[i].item, own[i].item)
    equal(same[i].score, own[i].score)
  end
  local other = model:recommend {
    user = user, features = { gender = facts.gender == "M" and "F" or "M" }, k = 5, exclude_seen = false,
  }
  assert(other[1].score ~= own[1].score)
  equal(#model:recommend { features = { gender = "F", ["user.age"] = 30 }, k = 3 }, 3)
  raises(function() model:recommend { features = { gender = "F" } } end, "nobody has told: age")
  raises(function() recnn.model("deepfm", small, { features = "user,gendre" }):build(split) end,
    "features", "gendre", "did you mean gender", "genres")
  raises(function() recnn.model("deepfm", small, { feature_buckets = 0 }) end, "feature_buckets", "0")
end)

test("features are for models that read some", function()
  local model, split = fixture.fitted()
  raises(function() model:recommend { user = split.data:users()[1], features = { gender = "F" } } end,
    "neural_bpr takes none")
end)

test("multitask_ncf learns ratings and labels together, and either may count", function()
  local split = fixture.data():split { seed = 1 }
  for _, metric in ipairs { "RMSE", "NDCG@10", "0.5*NDCG@10 + 0.5*Recall@5" } do
    local model = recnn.model("multitask_ncf", { embedding_dim = 8, shared_dims = { 16 }, rating_weight = 0.3 })
    local run = model:fit(split, { epochs = 2, train_batch_size = 64, valid_metric = metric })
    local epoch = run.history[1]
    near(0.3 * epoch.parts.rating + 0.7 * epoch.parts.ranking, epoch.loss, 1e-5 * epoch.loss)
    if metric == "RMSE" then near(epoch.valid_value, epoch.valid.RMSE, 0) end
    if metric == "NDCG@10" then near(epoch.valid_value, epoch.valid["NDCG@10"], 0) end
    local result = model:evaluate(split.test)
    assert(result.RMSE > 0 and result.MAE > 0 and result["NDCG@10"] > 0 and result["Recall@10"] > 0)
    has(result, "RMSE", "NDCG")
  end
  local model = recnn.model("multitask_ncf", { embedding_dim = 8 })
  equal(model:fit(split, { epochs = 1 }).valid_metric, "RMSE")
  raises(function() model:evaluate(split.test, { metrics = { "LogLoss" } }) end, "LogLoss", "multitask_ncf")
end)

tap.finish()
