-- RBP by hand: items are ranked by popularity, so it is known where each user's items stand.
local recnn = require "recnn"
assert(recnn.plugin("rbp").version == "1.0.0")

local function near(value, expected)
  assert(math.abs(value - expected) < 1e-12, ("%.17g, expected %.17g"):format(value, expected))
end

-- In train item a has 5 users, b 4, c 3, d 2 and e 1; u6 and u7 have a test item or two each, none of them in train.
recnn.write_file("train.csv", [[
user,item
u1,a
u2,a
u3,a
u4,a
u5,a
u1,b
u2,b
u3,b
u4,b
u1,c
u2,c
u3,c
u1,d
u2,d
u1,e
u6,f
u7,f
]])
recnn.write_file("test.csv", "user,item\nu6,b\nu6,d\nu7,a\n")
local split = recnn.dataset({ path = ".", format = "csv", train = "train.csv", test = "test.csv" }):split()
local model = recnn.model "popularity"
model:fit(split)
local result = model:evaluate(split.test, { metrics = { "RBP@6", "RBP@3", "RBP50@6", "rbp95@6", "RBP80@6" } })

-- Without f, which both have: u6's items stand at 2 and 4, u7's at 1.
local function rbp(p, ranks)
  local sum = 0
  for _, r in ipairs(ranks) do
    sum = sum + p ^ (r - 1)
  end
  return (1 - p) * sum
end
near(result["RBP@6"], (0.2 * (0.8 + 0.512) + 0.2) / 2)
near(result["RBP@6"], (rbp(0.8, { 2, 4 }) + rbp(0.8, { 1 })) / 2)
near(result["RBP@3"], (rbp(0.8, { 2 }) + rbp(0.8, { 1 })) / 2)
near(result["RBP50@6"], (rbp(0.5, { 2, 4 }) + rbp(0.5, { 1 })) / 2)
near(result["RBP95@6"], (rbp(0.95, { 2, 4 }) + rbp(0.95, { 1 })) / 2)
for name, value in pairs(result) do
  print(name, value)
end
