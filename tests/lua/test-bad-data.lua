-- Every text format with everything that a file can have wrong: an error that names the file, and the line where
-- there is one, or the same data as ever.  (tests/unit/data/test-bad-input.c has the texts to the letter.)
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal = tap.test, tap.equal

recnn.quiet(true)

-- `file` is spoiled, `others` are as they should be; rows are of users, items, ratings and times.
local FORMATS = {
  { name = "atomic", file = "x.inter", header = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n", row = "%s\t%s\t%s\t%s\n" },
  { name = "csv", file = "x.csv", header = "user,item,rating,timestamp\n", row = "%s,%s,%s,%s\n" },
  { name = "plain", file = "x.txt", row = "%s %s %s %s\n" },
  { name = "movielens", file = "u.data", row = "%s\t%s\t%s\t%s\n", path = "" },
  { name = "ratings_dat", file = "ratings.dat", row = "%s::%s::%s::%s\n", path = "" },
  { name = "ncf", file = "x.train.rating", row = "%s\t%s\t%s\t%s\n", path = "", others = { ["x.test.rating"] = "1\t3\t5\t300\n", ["x.test.negative"] = "(1,3)\t2\t4\n" } },
  { name = "rechorus", file = "train.csv", header = "user_id\titem_id\trating\ttime\n", row = "%s\t%s\t%s\t%s\n", path = "", others = {
    ["dev.csv"] = "user_id\titem_id\trating\ttime\n1\t3\t3\t500\n",
    ["test.csv"] = "user_id\titem_id\trating\ttime\n1\t4\t3\t600\n",
  } },
  { name = "libsvm", file = "x.libfm", row = "1 %s:1 %s:1 9%s:1\n", path = "x.libfm", plain = true },
  { name = "sequences", file = "x.txt", row = "%s %s 7%s\n", path = "x.txt", plain = true },
}

local ROWS = { { "1", "2", "3", "100" }, { "2", "3", "4", "200" }, { "3", "4", "5", "300" } }

local function content(format, change)
  local lines = { format.header or "" }
  for i, row in ipairs(ROWS) do
    local fields = { table.unpack(row) }
    if i == 2 and change then
      change(fields)
    end
    lines[#lines + 1] = format.row:format(table.unpack(fields))
  end
  return table.concat(lines)
end

local function read(format, text)
  local folder = fixture.folder()
  for name, other in pairs(format.others or {}) do
    fixture.write(folder .. "/" .. name, other)
  end
  if text then
    fixture.write(folder .. "/" .. format.file, text)
  end
  return pcall(recnn.dataset, { path = folder .. "/" .. (format.path or format.file), format = format.name })
end

-- An error about the file; with `line`, about line `line` of the rows in it.
local function refused(format, text, line)
  local ok, message = read(format, text)
  assert(not ok, "was read")
  message = tostring(message)
  local where = line and format.file .. ":" .. line + (format.header and 1 or 0) or format.file
  assert(message:find(where, 1, true), ("%s is not named in: %s"):format(where, message))
  return message
end

local function set(field, value)
  return function(fields) fields[field] = value end
end

for _, format in ipairs(FORMATS) do
  local good = content(format)
  local function of(what, call)
    test(format.name .. ": " .. what, call)
  end
  of("as it should be", function()
    local ok, data = read(format, good)
    assert(ok, data)
    assert(data.n_users >= 3)
  end)
  of("no file", function()
    local ok, message = read(format, nil)
    assert(not ok and tostring(message):find "no such file or folder" or tostring(message):find "No such file" or tostring(message):find "no .* in this folder", tostring(message))
  end)
  of("an empty file", function() refused(format, "") end)
  if format.header then
    of("a header alone", function()
      if not format.others then
        refused(format, format.header)
        return
      end
      local ok, data = read(format, format.header) -- other parts have rows: it is the split that has none to train on
      assert(ok, data)
      tap.raises(function() data:split() end, "train", "empty")
    end)
    of("no header", function() refused(format, (good:sub(#format.header + 1))) end)
  end
  of("too few fields", function()
    local text = content(format):gsub(format.row:format(table.unpack(ROWS[2])):gsub("%p", "%%%0"), "2\n", 1)
    refused(format, text, 2)
  end)
  of("a NUL byte", function() refused(format, content(format, set(2, "3\0")), 2) end)
  of("a line of 20 MB", function() refused(format, content(format, set(2, ("9"):rep(20 * 1024 * 1024)))) end)
  if not format.plain then
    for _, value in ipairs { "three", "nan", "inf", "1e99", "" } do
      of(("the rating %q"):format(value), function() refused(format, content(format, set(3, value)), 2) end)
    end
    for _, value in ipairs { "noon", "nan", "1e12", "-1e12" } do
      of(("the time %q"):format(value), function() refused(format, content(format, set(4, value)), 2) end)
    end
  end
  for what, text in pairs {
    CRLF = good:gsub("\n", "\r\n"), ["a byte-order mark"] = "\xef\xbb\xbf" .. good,
    ["empty lines"] = good:gsub("\n", "\n\n"), ["no newline at the end"] = good:sub(1, -2),
  } do
    of(what, function()
      local ok, data = read(format, text)
      assert(ok, data)
      local _, as_ever = read(format, good)
      equal(tostring(data):match ": .*", tostring(as_ever):match ": .*") -- but for the folder's name
    end)
  end
  if format.name ~= "libsvm" then
    of("Latin-1", function()
      local ok, data = read(format, content(format, set(2, "caf\xe9")))
      assert(ok, data)
      assert(table.concat(data:items(), " "):find("café", 1, true))
    end)
  end
end

tap.finish()
