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
