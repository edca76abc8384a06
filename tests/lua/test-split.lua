-- Splits, and the handles of their parts.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

recnn.quiet(true)

test("parts", function()
  local data = fixture.data()
  local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 42 }
  equal(#split.train + #split.valid + #split.test, #data)
  assert(#split.train > #split.valid and #split.valid > 0 and #split.test > 0)
  equal(split.train.name, "train")
  equal(split.valid.name, "valid")
  equal(split.test.name, "test")
  equal(split.train.n_users, data.n_users)
  assert(split.test.n_users <= data.n_users and split.test.n_users > 0)
  equal(#split.data, #data)
  has(split.description, "42")
  has(split, data.name, "train " .. #split.train, split.description)
  has(split.test, "test of " .. data.name, #split.test .. " interactions")
end)

test("numbers where the option is a list of numbers", function()
  local data = fixture.data()
  local split = data:split { ratio = { 1, 0, 0 } }
  equal(#split.train, #data)
  equal(#split.valid, 0)
end)

test("leave one out", function()
  local data = fixture.data()
  local split = data:split { leave_one_out = true }
  assert(#split.test <= data.n_users)
  equal(#split.test, split.test.n_users)
end)

test("folds", function()
  local data = fixture.data()
  local folds = data:folds { k = 4, group_by = "none", valid = true }
  equal(#folds, 4)
  local tested = 0
  for i, split in ipairs(folds) do
    tested = tested + #split.test
    equal(#split.train + #split.valid + #split.test, #data)
    has(split.description, "fold " .. i .. " of 4")
  end
  equal(tested, #data)
  equal(#data:folds(), 5)
  raises(function() data:folds { k = 1 } end, "folds", "k", "1")
  raises(function() data:folds { order = "time" } end, "folds", "whole_user")
end)

test("a cut in time", function()
  local data = fixture.data()
  local time = data:describe().timestamp
  local at = time.first + 0.8 * (time.last - time.first)
  local split = data:split { cut = at }
  assert(#split.train > 0 and #split.valid == 0 and #split.test > 0)
  raises(function() data:split { cut = time.last + 1 } end, "test would be empty")
end)

-- Five users have only x, which makes it the most popular; the others have x, then y.
local function two_items()
  local lines = { "user_id:token\titem_id:token\ttimestamp:float" }
  for user = 1, 25 do
    lines[#lines + 1] = user .. "\tx\t1"
    if user > 5 then
      lines[#lines + 1] = user .. "\ty\t2"
    end
  end
  return recnn.dataset(fixture.write(fixture.folder() .. "/two.inter", table.concat(lines, "\n") .. "\n"))
end

test("held-out users: what is known of them is no candidate, and what models are asked with", function()
  local split = two_items():split { group_by = "whole_user", ratio = { 0.5, 0, 0.5 }, fold_in = 0.5, order = "time" }
  equal(#split.test, 10)
  equal(#split.fold_in, 10)
  equal(split.fold_in.name, "fold_in")
  equal(split.fold_in.n_users, 10)
  local popularity = recnn.model("popularity"):fit(split)
  -- x is known, so y is the only candidate.
  equal(popularity:evaluate(split.test, { topk = { 1 } })["Hit@1"], 1.0)
  raises(function() return popularity:evaluate(split.fold_in) end, "fold_in")
  equal(#fixture.data():split().fold_in, 0)

  local data = fixture.data()
  split = data:split { group_by = "whole_user", ratio = { 0.8, 0, 0.2 } }
  local model = recnn.model("denoising_autoencoder", { hidden_dims = { 16, 8 } })
  model:fit(split, { epochs = 2 })
  local result = model:evaluate(split.test)
  equal(result.n_users, split.test.n_users)
  local known, lists = 0, {}
  for _, user in ipairs(data:users()) do
    local list = model:recommend { user = user, k = data.n_items }
    local text = {}
    for i, hit in ipairs(list) do
      text[i] = hit.item
    end
    lists[table.concat(text, " ", 1, 5)] = true
    known = known + data.n_items - #list
  end
  assert(known > 0)
  local different = 0
  for _ in pairs(lists) do
    different = different + 1
  end
  assert(different > 1)
end)

test("audit", function()
  local path = fixture.write(fixture.folder() .. "/twice.inter",
    "user_id:token\titem_id:token\n" .. ("1\t2\n1\t3\n"):rep(6))
  local data = recnn.dataset(path)
  local split = data:split { group_by = "none", ratio = { 0.5, 0, 0.5 } }
  local audit = split:audit()
  equal(audit.leaks, 1)
  equal(audit[1].name, "identical")
  equal(audit[1].part, "test")
  equal(audit[1].leak, true)
  equal(audit[1].count, 6)
  equal(audit[1].of, 6)
  has(tostring(audit), "1 leak", audit[1].text)
  raises(function() data:split { group_by = "none", audit = "error" } end, "audit of twice", "among what is known")
  raises(function() data:folds { audit = "error" } end, "audit of twice")
  local model = recnn.model "popularity"
  model:fit(split)
  has(model:evaluate(split.test, { topk = { 1 } }).leaks, "among what is known")
  has(model:evaluate(split.test, { topk = { 1 } }), "audit: 6 of 6")
  equal(split:audit(model).leaks, 1)
end)

test("a model that counts what it is to predict", function()
  local split = fixture.data():split { leave_one_out = true }
  equal(split:audit().leaks, 0)
  local train, all = recnn.model "popularity", recnn.model("popularity", { count = "all" })
  train:fit(split)
  all:fit(split)
  local a, b = train:evaluate(split.test), all:evaluate(split.test)
  equal(a.leaks, nil)
  has(b.leaks, 'count = "all"')
  assert(a["NDCG@10"] ~= b["NDCG@10"])
  local audit = split:audit(all)
  equal(audit.leaks, 1)
  equal(audit[1].name, "model")
  local count = {}
  for _, user in ipairs(split.data:users()) do
    for _, row in ipairs(split.data:history(user)) do
      count[row.item] = (count[row.item] or 0) + 1
    end
  end
  for _, hit in ipairs(all:recommend { user = split.data:users()[1] }) do
    equal(hit.score, count[hit.item] + 0.0)
  end
  local strict = fixture.data():split { leave_one_out = true, audit = "error" }
  raises(function() recnn.model("popularity", { count = "all" }):fit(strict) end, "audit of", "counts all interactions")
end)

test("parts and splits keep alive what they need", function()
  local part
  do
    local data <close> = fixture.data()
    local split <close> = data:split()
    part = split.train
  end
  collectgarbage()
  assert(#part > 0)
end)

test("options that are wrong", function()
  local data = fixture.data()
  raises(function() data:split { ratios = { 0.8, 0.1, 0.1 } } end, "ratios", "did you mean ratio")
  raises(function() data:split { ratio = { 0.8, 0.1 } } end, "ratio")
  raises(function() data:split { ratio = { 0.8, 0.1, 0.3 } } end, "ratio")
  raises(function() data:split { ratio = { 0.8, "x", 0.1 } } end, "ratio", "a string (element 2)")
  raises(function() data:split { ratio = { 0.8, nil, 0.1 } } end, "ratio", "not a list")
  raises(function() data:split { ratio = { a = 1 } } end, "ratio", "not a list")
  raises(function() data:split { ratio = { 0.8, 0.3, -0.1 } } end, "ratio", "-0.1")
  raises(function() data:split { group_by = "usr" } end, "group_by", "usr", "user")
  raises(function() data:split { seed = -1 } end, "seed", "-1")
  raises(function() data:split { seed = "a\0b" } end, "seed", "zero byte")
  raises(function() data:split { leave_one_out = 1 } end, "leave_one_out", "true or false")
end)

test("a closed split and a closed part say so", function()
  local split, part
  do
    local a <close> = fixture.data():split()
    local b <close> = a.train
    split, part = a, b
  end
  has(tostring(split), "closed")
  has(tostring(part), "closed")
  raises(function() return split.train end, "closed")
  raises(function() return #part end, "closed")
  raises(function() return part.n_users end, "closed")
end)

test("names that a split does not have", function()
  local split = fixture.data():split()
  raises(function() return split.trian end, "recnn.split has no 'trian'", "did you mean train")
  raises(function() return split.test.rows end, "recnn.part has no 'rows'")
end)

tap.finish()
