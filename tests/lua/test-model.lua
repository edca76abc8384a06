-- Models: options, parameters, recommendations, and every way to ask for what cannot be.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

recnn.quiet(true)

test("a model by its plugin's name", function()
  local model = recnn.model "neural_bpr"
  equal(model.name, "neural_bpr")
  assert(#model.summary > 0 and #model.paper > 0)
  equal(model.fitted, false)
  local options = model:options()
  equal(options.embedding_dim, 64)
  equal(table.concat(options.hidden_dims, ","), "128,64")
  tap.near(options.dropout_rate, 0.2, 1e-12)
  has(model, "neural_bpr", "embedding_dim = 64", "hidden_dims = 128,64", "not fitted")
end)

test("options are set", function()
  local model = recnn.model("neural_bpr", { embedding_dim = 16.0, hidden_dims = 32, dropout_rate = 0 })
  local options = model:options()
  equal(options.embedding_dim, 16)
  equal(math.type(options.embedding_dim), "integer")
  equal(#options.hidden_dims, 1)
  equal(options.hidden_dims[1], 32)
  equal(options.dropout_rate, 0.0)
end)

test("options are checked at once", function()
  local function with(options)
    return function() recnn.model("neural_bpr", options) end
  end
  raises(with { embeding_dim = 8 }, "model neural_bpr", "embeding_dim", "did you mean embedding_dim")
  raises(with { embedding_dim = 0 }, "embedding_dim", "0", "out of range")
  raises(with { embedding_dim = 1.5 }, "embedding_dim", "1.5", "not an integer")
  raises(with { embedding_dim = "8" }, "embedding_dim", "wrong type", "integer")
  raises(with { embedding_dim = true }, "embedding_dim", "true")
  raises(with { embedding_dim = { 8 } }, "embedding_dim", "list")
  raises(with { hidden_dims = { 8, 0 } }, "hidden_dims", "0 (element 2)")
  raises(with { dropout_rate = 1 }, "dropout_rate", "1", "out of range")
  raises(with { dropout_rate = 0 / 0 }, "dropout_rate", "not a number")
  raises(with { dropout_rate = math.huge }, "dropout_rate", "inf")
  raises(with { dropout_rate = io.stdout }, "dropout_rate", "a userdata")
end)

test("an unknown model names the folders and what is there", function()
  local folders = recnn.plugin_path()
  raises(function() recnn.model "neural_brp" end, "neural_brp", folders[1], "neural_bpr", "advanced_ncf")
  raises(function() recnn.model() end, "#1 to 'model'", "string expected")
  raises(function() recnn.model "../neural_bpr" end, "neural_bpr")
end)

test("a plugin that is none", function()
  local folder = fixture.folder()
  fixture.write(folder .. "/broken_model.so", "not a shared object")
  local folders = recnn.plugin_path(folder)
  equal(folders[1], folder)
  assert(table.concat(recnn.plugins(), " "):find "broken_model")
  raises(function() recnn.model "broken_model" end, "broken_model.so")
end)

test("parameters exist once the data is known", function()
  local data = fixture.data()
  local model = fixture.model()
  raises(function() model:parameters() end, "not trained", "fit")
  raises(function() return model.n_parameters end, "not trained")
  assert(rawequal(model:build(data), model))
  local by_name, trainable = {}, 0
  for _, parameter in ipairs(model:parameters()) do
    by_name[parameter.name] = parameter
    local count = 1
    for _, axis in ipairs(parameter.shape) do count = count * axis end
    equal(parameter.count, count)
    trainable = trainable + (parameter.trainable and count or 0)
  end
  equal(by_name["user_embedding.weight"].shape[1], data.n_users)
  equal(by_name["user_embedding.weight"].shape[2], 8)
  equal(by_name["item_embedding.weight"].shape[1], data.n_items)
  equal(model.n_parameters, trainable)
  has(model, trainable .. " parameters", "not fitted")
end)

test("build takes a split too, and once for one data set", function()
  local split = fixture.data():split()
  local model = fixture.model():build(split, { seed = 3 })
  model:build(split.data)
  raises(function() model:build(fixture.data(8)) end, "model neural_bpr", "another", "new model")
  raises(function() fixture.model():build(split, { sed = 3 }) end, "did you mean seed")
  raises(function() fixture.model():build(split.train) end, "recnn.dataset expected, got recnn.part")
end)

test("recommend", function()
  local model, split = fixture.fitted()
  local user = split.data:users()[1]
  local hits = model:recommend { user = user, k = 5 }
  equal(#hits, 5)
  for i, hit in ipairs(hits) do
    equal(type(hit.item), "string")
    equal(math.type(hit.score), "float")
    assert(i == 1 or hits[i - 1].score >= hit.score)
    assert(split.data:item(hit.item))
  end
  equal(#model:recommend { user = user }, 10)
end)

test("recommend leaves out what is seen, unless told otherwise", function()
  local model, split = fixture.fitted()
  local data = split.data
  local n = data.n_items
  local user = data:users()[1]
  local all = model:recommend { user = user, k = n, exclude_seen = false }
  equal(#all, n)
  local new = model:recommend { user = user, k = n }
  assert(#new < n)
  local seen = {}
  for _, row in ipairs(data:history(user)) do seen[row.item] = true end
  local held_out = 0
  for _, hit in ipairs(new) do
    held_out = held_out + (seen[hit.item] and 1 or 0)
  end
  -- What the test part holds is not known to the model: it may be recommended.
  local known = 0
  for _ in pairs(seen) do known = known + 1 end
  equal(#new, n - (known - held_out))
  assert(held_out < known)
end)

test("what is seen is what is in train and valid", function()
  -- User u has item i<u> to i<u+4>, in this order; the last is for test, the one before for validation.
  local rows = { "user_id:token\titem_id:token\ttimestamp:float" }
  for u = 1, 8 do
    for i = u, u + 4 do
      rows[#rows + 1] = ("u%d\ti%d\t%d"):format(u, i, 1000 * u + i)
    end
  end
  local path = fixture.write(fixture.folder() .. "/order.inter", table.concat(rows, "\n"))
  local split = recnn.dataset(path):split { leave_one_out = true }
  local model = recnn.model "popularity"
  model:fit(split)
  for u = 1, 8 do
    local found = {}
    for _, hit in ipairs(model:recommend { user = "u" .. u, k = 12 }) do found[hit.item] = true end
    for i = 1, 12 do
      equal(found["i" .. i] == true, i < u or i > u + 3, ("item %d for user %d"):format(i, u))
    end
  end
end)

-- Every architecture learns from the same call and answers the same question.
local architectures = {
  { "gru_session", { embedding_dim = 8, hidden_dim = 8 }, { max_sequence_length = 10 } },
  { "narm", { embedding_dim = 8, hidden_dim = 8 }, { max_sequence_length = 10 } },
  { "attention_gru", { embedding_dim = 8, hidden_dim = 8 }, { max_sequence_length = 10 } },
  { "cnn_sequential", { sequence_length = 10 } },
  { "hierarchical_cnn", { sequence_length = 12 } },
  { "denoising_autoencoder", {} },
  { "variational_autoencoder", {} },
  { "conditional_vae", {}, { condition = "gender" } },
}
for _, which in ipairs(architectures) do
  test(which[1] .. " learns, is evaluated, and answers for users and for histories", function()
    local split = fixture.data():split { seed = 1 }
    local model = recnn.model(which[1], which[2], which[3])
    local run = model:fit(split, { epochs = 2, train_batch_size = 64 })
    assert(run.history[1].loss > 0)
    assert(run:evaluate(split.test)["NDCG@10"] > 0)
    local user = split.data:users()[2]
    local own = model:recommend { user = user, k = 4 }
    equal(#own, 4)
    local history = { split.data:items()[1], split.data:items()[5], split.data:items()[2] }
    local gender = which[1] == "conditional_vae" and "M" or nil
    local hits = model:recommend { history = history, condition = gender, k = 6 }
    equal(#hits, 6)
    for _, hit in ipairs(hits) do
      for _, item in ipairs(history) do assert(hit.item ~= item) end
    end
    local few = model:recommend { history = history, condition = gender, candidates = { hits[6].item, hits[2].item } }
    equal(few[1].item, hits[2].item)
    equal(few[1].score, hits[2].score)
    equal(few[2].item, hits[6].item)
    equal(#few, 2)
    raises(function() model:recommend { history = { "no such" }, condition = gender } end, "history[1]", "no such")
    raises(function() model:recommend { user = user, candidates = {} } end, "candidates is empty")
    raises(function() model:recommend { user = user, condition = "X" } end, "condition")
    if gender then
      local listed = model:recommend { history = history, condition = { gender }, k = 6 }
      for i, hit in ipairs(listed) do
        assert(hit.item == hits[i].item and hit.score == hits[i].score)
      end
      raises(function() model:recommend { user = user, condition = {} } end, "condition", "empty")
      raises(function() model:recommend { user = user, condition = { "M", "F" } } end, "2 conditions", "at most 1")
    end
    if model:inputs().max_sequence_length == 10 then
      raises(function() model:recommend { history = {} } end, which[1], "no items")
    end
  end)
end

test("what cannot be recommended", function()
  local model, split = fixture.fitted()
  local user = split.data:users()[1]
  raises(function() model:recommend { user = "nobody" } end, "nobody", split.data.name)
  raises(function() model:recommend {} end, "user", "expected")
  raises(function() model:recommend { user = {} } end, "user", "table")
  raises(function() model:recommend { user = user, k = 0 } end, "k", "0")
  raises(function() model:recommend { user = user, k = split.data.n_items + 1 } end,
    tostring(split.data.n_items + 1), tostring(split.data.n_items))
  raises(function() model:recommend { user = user, k = math.maxinteger } end, tostring(math.maxinteger))
  raises(function() model:recommend { user = user, K = 3 } end, "K", "did you mean k")
  raises(function() model:recommend { user = user, exclude_sen = false } end, "did you mean exclude_seen")
  raises(function() model:recommend() end, "table expected")
  raises(function() fixture.model():recommend { user = user } end, "not trained", "fit")
  raises(function() fixture.model():build(split):recommend { user = user } end, "not trained")
end)

test("a closed model says so", function()
  local kept, split
  do
    local model <close>, s = fixture.fitted()
    kept, split = model, s
  end
  has(tostring(kept), "closed")
  raises(function() kept:options() end, "closed")
  raises(function() kept:recommend { user = "1" } end, "closed")
  raises(function() kept:build(split) end, "closed")
  raises(function() kept:fit(split) end, "closed")
  raises(function() kept:evaluate(split.test) end, "closed")
  getmetatable(kept).__gc(kept)
end)

test("names that a model does not have", function()
  local model = recnn.model "neural_bpr"
  raises(function() model:recomend {} end, "recnn.model has no 'recomend'", "did you mean recommend")
end)

tap.finish()
