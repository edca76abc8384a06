-- Every function, method and field that the bindings register is used by one of these tests and
-- described in docs/LUA-API.md.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local tap = require "tap"

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local folder = arg[0]:match "^(.*)/"
local tests = ""
do
  local list <close> = assert(io.popen("ls '" .. folder .. "'/test-*.lua"))
  for path in list:lines() do
    if not path:find "test%-coverage" then
      tests = tests .. read(path)
    end
  end
end
local reference = read(folder .. "/../../docs/LUA-API.md")

-- The methods and fields of a class are upvalues of its __index.
local function names_of(class)
  local names = {}
  local index = debug.getregistry()["recnn." .. class].__index
  for i = 1, 2 do
    local _, list = debug.getupvalue(index, i)
    for name in pairs(list) do
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names
end

local function mentioned(text, name)
  return text:find("[.:]" .. name .. "%f[^%w_]") ~= nil
end

for _, class in ipairs { "dataset", "split", "part", "model", "trainer", "run", "result" } do
  tap.test("recnn." .. class, function()
    local names = names_of(class)
    assert(#names > 0)
    for _, name in ipairs(names) do
      assert(mentioned(tests, name), name .. " is used by no test")
      assert(reference:find(class .. "[.:]" .. name .. "%f[^%w_]"), name .. " is not in docs/LUA-API.md")
    end
  end)
end

tap.test("the module", function()
  for name in pairs(recnn) do
    assert(mentioned(tests, name), name .. " is used by no test")
    assert(reference:find("recnn%." .. name .. "%f[^%w_]"), name .. " is not in docs/LUA-API.md")
  end
end)

tap.test("the trainer's options and defaults", function()
  for name, value in pairs(recnn.trainer():options()) do
    if type(value) == "table" then
      value = "{ " .. table.concat(value, ", ") .. " }"
    elseif type(value) == "string" then
      value = '"' .. value .. '"'
    end
    local row = ("| `%s` | `%s` |"):format(name, value)
    assert(reference:find(row, 1, true), row .. " is not in docs/LUA-API.md")
  end
end)

tap.finish()
