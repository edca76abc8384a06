-- Bundles: model:save and recnn.load.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises = tap.test, tap.equal, tap.raises

recnn.quiet(true)
local folder = fixture.folder()

local function same(a, b, question)
  local x, y = a:recommend(question), b:recommend(question)
  equal(#x, #y)
  for i = 1, #x do
    equal(x[i].item, y[i].item)
    equal(x[i].score, y[i].score)
  end
end

test("what is loaded recommends what was saved, after other data was made", function()
  local model, split = fixture.fitted()
  equal(model:save(folder .. "/pairs"), model)
  local again = recnn.load(folder .. "/pairs")
  equal(again.name, "neural_bpr")
  equal(again.fitted, true)
  equal(again.n_parameters, model.n_parameters)
  equal(again:options().embedding_dim, 8)
  for _, user in ipairs(split.data:users()) do
    same(model, again, { user = user })
    same(model, again, { user = user, exclude_seen = false, k = 60 })
  end
  assert(tostring(again):find "fitted")
end)

test("a model of histories", function()
  local split = fixture.data():split { seed = 1 }
  local model = recnn.model("gru_session", { embedding_dim = 8, hidden_dim = 8 }, { max_sequence_length = 9 })
  model:fit(split, { epochs = 1 })
  model:save(folder .. "/histories")
  local again = recnn.load(folder .. "/histories")
  equal(again:inputs().max_sequence_length, 9)
  local items = split.data:items()
  same(model, again, { history = { items[4], items[9] } })
  for _, user in ipairs(split.data:users()) do
    same(model, again, { user = user })
  end
end)

test("a model with a place for every interaction, those of test too", function()
  local split = fixture.data():split { seed = 1 }
  local model = recnn.model("user_knn", { k = 5 })
  model:fit(split)
  model:save(folder .. "/neighbours")
  local again = recnn.load(folder .. "/neighbours")
  for _, user in ipairs(split.data:users()) do
    same(model, again, { user = user })
  end
  again:save(folder .. "/neighbours")
  same(model, recnn.load(folder .. "/neighbours"), { user = split.data:users()[2] })
end)

test("a loaded model is saved again, over what is there", function()
  local model = recnn.load(folder .. "/pairs")
  model:save(folder .. "/pairs")
  same(model, recnn.load(folder .. "/pairs"), { user = fixture.data():users()[3] })
end)

test("mistakes", function()
  local model, split = fixture.fitted()
  raises(function() fixture.model():save(folder .. "/x") end, "is not trained: call fit before save")
  raises(function() model:save() end, "string expected")
  raises(function() model:save(folder) end, "is no bundle of recnn's")
  raises(function() recnn.load(folder .. "/nowhere") end, "bundle.json")
  raises(function() recnn.load() end, "string expected")
  fixture.write(folder .. "/pairs/bundle.json", "{}")
  raises(function() recnn.load(folder .. "/pairs") end, 'no "format"')
  raises(function() recnn.load(folder .. "/histories"):evaluate(split.test) end, "was made for another one")
end)

tap.finish()
