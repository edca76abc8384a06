-- Reads data sets of a few lines, and says where a bad one is.
local recnn = require "recnn"

local function write(name, text)
  recnn.write_file(name, text)
  return name
end

-- With its name known, the format is found by what it looks like.
local good = write("good.jsonl", [[
{"user": "ann", "item": 17, "rating": 4.5, "timestamp": 1700000000}
{"timestamp": 1.7e9, "text": [1, {"a": "}"}, null], "rating": 3, "item": "17", "user": "\u00e9va \ud83d\ude00"}

{"user": "ann", "item": "x\"y", "rating": -1, "timestamp": 1700000001}
]])
local data = recnn.dataset { path = good, format = "jsonlines" }
assert(#data == 3 and data.n_users == 2 and data.n_items == 2)
assert(data:user "ann" and data:user "\u{e9}va \u{1f600}" and data:item "17" and data:item 'x"y')
assert(recnn.dataset(good).n_users == 2, "it was not recognised")

local renamed = recnn.dataset { path = write("reviews.jsonl", '{"reviewer": 1, "asin": "b", "ms": 1700000000500}\n'),
  format = "jsonlines", user = "reviewer", item = "asin", timestamp = "ms", unit = "ms" }
assert(#renamed == 1 and renamed:user "1" and renamed:item "b")

-- The error has file, line, byte and what is there.
local head = '{"user": "ann", "item": 1, "rating": 2}\n{"user": "bob", "item": 2, "rating": 3}\n'
for line, expected in pairs {
  ['{"user": "ann", "item": 1, "rating": "good"}'] = "byte 38: expected a finite number, found '\"'",
  ['{"user": "ann" "item": 1}'] = "byte 16: expected ',' or '}', found '\"'",
  ['{"user": "ann", "item": 1, "rating": 1'] = "byte 39: expected ',' or '}', but the line ends",
  ['{"user": "ann", "item": 1, "rating": 1} x'] = "byte 41: expected the end of the line, found 'x'",
  ['{"user": "a\\x", "item": 1, "rating": 1}'] = "byte 13: expected one of \"\\/bfnrtu behind a backslash, found 'x'",
  ['{"user": "\\ud800", "item": 1, "rating": 1}'] = "second half of a surrogate pair, found '\"'",
  ['{"user": "ann", "rating": 1}'] = 'expected a key "item"',
  ['{"user": "ann", "item": 1}'] = 'expected a key "rating", as on the first line',
  ['{"user": "ann", "item": 1, "rating": 1, "timestamp": 5}'] = 'expected no key "timestamp", as on the first line',
  ['{"user": "", "item": 1, "rating": 1}'] = "the user's token is empty",
  ['{"user": "ann", "user": "bob", "item": 1, "rating": 1}'] = "expected no key twice that is asked for",
  ['{"user": "ann", "item": 1, "rating": 1e999}'] = "expected a finite number, found '1'",
  ['{"user": "ann", "item": 1, "x": ' .. ("["):rep(65)] = "expected at most 64 brackets in each other",
  ['[]'] = "byte 1: expected '{', found '['",
} do
  local ok, why = pcall(recnn.dataset, { path = write("bad.jsonl", head .. line .. "\n"), format = "jsonlines" })
  assert(not ok and why:find("bad.jsonl:3: ", 1, true) and why:find(expected, 1, true), why)
end
