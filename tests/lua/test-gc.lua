-- Many objects, dropped in every order and under both collectors: what is alive works, what is dead is
-- freed (the sanitizers see to that), and closing twice is closing once.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test = tap.test

recnn.quiet(true)

local function one_of_each(seed)
  local data = recnn.synthetic { users = 30, items = 20, seed = seed }
  local split = data:split { seed = seed }
  local model = fixture.model { embedding_dim = 4, hidden_dims = { 4 } }
  local trainer = recnn.trainer { epochs = 1, on_epoch = function() collectgarbage "step" end }
  local run = trainer:fit(model, split)
  local result = run:evaluate(split.test)
  return { data, split, split.train, model, trainer, run, result }
end

-- What is left of a set of objects after a random one was dropped still works.
local function churn(rounds)
  local kept = {}
  for round = 1, rounds do
    for _, object in ipairs(one_of_each(round)) do
      kept[#kept + 1] = object
    end
    while #kept > 10 do
      table.remove(kept, math.random(#kept))
    end
    collectgarbage "step"
    for _, object in ipairs(kept) do
      assert(#tostring(object) > 0)
    end
  end
  collectgarbage()
  for _, object in ipairs(kept) do
    assert(not tostring(object):find "closed")
  end
end

math.randomseed(1)
for _, mode in ipairs { "incremental", "generational" } do
  test("many objects, " .. mode, function()
    local before = collectgarbage(mode)
    churn(15)
    collectgarbage(before)
  end)
end

test("a stopped collector stays stopped", function()
  collectgarbage "stop"
  local alive = setmetatable({}, { __mode = "k" })
  alive[{}] = true
  for seed = 1, 20 do
    recnn.synthetic({ users = 400, items = 100, seed = seed }):split()
  end
  local is_alive = next(alive) ~= nil
  collectgarbage "restart"
  assert(is_alive)
end)

test("data sets that are dropped are collected without being asked", function()
  -- Lua sees a few bytes of each; their weight must bring the collector round.
  local alive = setmetatable({}, { __mode = "k" })
  for seed = 1, 40 do
    alive[recnn.synthetic { users = 400, items = 100, seed = seed }] = true
  end
  local n = 0
  for data in pairs(alive) do
    n = n + (tostring(data):find "closed" and 0 or 1) -- some are finalized and not yet freed
  end
  assert(n < 40, n .. " of 40 are alive")
end)

test("closing twice, and in any order", function()
  for _, order in ipairs { { 1, 2, 3, 4, 5, 6, 7 }, { 7, 6, 5, 4, 3, 2, 1 }, { 4, 1, 6, 3, 7, 2, 5 } } do
    local objects = one_of_each(1)
    for _, i in ipairs(order) do
      local meta = getmetatable(objects[i])
      meta.__close(objects[i])
      meta.__gc(objects[i])
      tap.has(tostring(objects[i]), "closed")
    end
  end
end)

test("an error closes what is open", function()
  local kept
  pcall(function()
    local data <close> = recnn.synthetic { users = 30, items = 20 }
    kept = data
    error "stop"
  end)
  tap.has(tostring(kept), "closed")
end)

test("objects that are left when the state closes", function()
  _G.left = { one_of_each(1), one_of_each(2) }
  _G.left.itself = _G.left
end)

tap.finish()
