-- Data sets: reading, generating, and what can be asked of one.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

recnn.quiet(true)

local folder, elsewhere = fixture.folder(), fixture.folder()
local inter = table.concat({
  "user_id:token\titem_id:token\trating:float\ttimestamp:float",
  "u1\ta\t5\t86400", "u1\tb\t3\t172800", "u2\ta\t4\t259200", "7\tc\t1\t0", "u2\tc\t2\t345600", "",
}, "\n")
fixture.write(folder .. "/tiny.inter", inter)
fixture.write(folder .. "/tiny.user", "user_id:token\tage:float\nu1\t30\n7\t41.5\n")
fixture.write(folder .. "/tiny.item",
  "item_id:token\ttitle:token\tgenre:token_seq\nb\tSecond\tx y\na\tFirst\tx\n")

test("a folder of atomic files", function()
  local data = recnn.dataset(folder)
  equal(#data, 5)
  equal(data.n_users, 3)
  equal(data.n_items, 3)
  equal(data.name, "tiny")
  has(data.source, "tiny")
  equal(table.concat(data:users(), " "), "u1 u2 7")
  equal(table.concat(data:items(), " "), "a b c")
end)

test("a file by its path, and a named format", function()
  equal(#recnn.dataset(folder .. "/tiny.inter"), 5)
  equal(#recnn.dataset(folder, { format = "atomic" }), 5)
end)

test("a data set is its own data set", function()
  local data = recnn.dataset(folder)
  assert(rawequal(recnn.dataset(data), data))
  raises(function() recnn.dataset(data, { format = "atomic" }) end, "has no format")
end)

test("describe", function()
  local what = recnn.dataset(folder):describe()
  equal(what.name, "tiny")
  equal(what.users, 3)
  equal(what.items, 3)
  equal(what.interactions, 5)
  tap.near(what.density, 5 / 9, 1e-12)
  equal(what.rating.min, 1.0)
  equal(what.rating.max, 5.0)
  equal(what.rating.mean, 3.0)
  equal(what.timestamp.first, 0.0)
  equal(what.timestamp.last, 345600.0)
  equal(table.concat(what.user_features, " "), "age")
  equal(table.concat(what.item_features, " "), "title genre")
end)

test("as text", function()
  has(recnn.dataset(folder), "tiny", "3 users", "3 items", "5 interactions", "ratings 1 to 5",
    "1970-01-01 to 1970-01-05")
end)

test("features of users and items", function()
  local data = recnn.dataset(folder)
  equal(data:item("a").title, "First")
  equal(table.concat(data:item("b").genre, " "), "x y")
  equal(data:user("u1").age, 30.0)
  equal(data:user(7).age, 41.5) -- an integer stands for its digits
  equal(next(data:user "u2"), nil)
  equal(data:item("c").title, nil)
  local nothing, why = data:item "z"
  equal(nothing, nil)
  has(why, "no item 'z'")
  raises(function() data:item {} end, "token expected")
end)

test("history of a user", function()
  local data = recnn.dataset(folder)
  local rows = data:history "u2"
  equal(#rows, 2)
  equal(rows[1].item, "a")
  equal(rows[1].rating, 4.0)
  equal(rows[2].timestamp, 345600.0)
  raises(function() data:history "nobody" end, "no user 'nobody'")
end)

test("data without ratings and times", function()
  local path = fixture.write(elsewhere .. "/bare.inter", "user_id:token\titem_id:token\n1\t2\n1\t3\n")
  local data = recnn.dataset(path)
  local what = data:describe()
  equal(what.rating, nil)
  equal(what.timestamp, nil)
  equal(data:history("1")[1].rating, nil)
  assert(not tostring(data):find "rating")
end)

test("generated data, the same for the same seed", function()
  local a = recnn.synthetic { users = 50, items = 40, seed = 3 }
  local b = recnn.synthetic { users = 50, items = 40, seed = 3 }
  local c = recnn.synthetic { users = 50, items = 40, seed = 4 }
  local x, y, z = fixture.folder(), fixture.folder(), fixture.folder()
  assert(rawequal(a:write(x), a))
  b:write(y)
  c:write(z)
  local name = "/" .. a.name .. ".inter"
  local function read(path)
    local file <close> = assert(io.open(path, "rb"))
    return file:read "a"
  end
  equal(read(x .. name), read(y .. name))
  assert(read(x .. name) ~= read(z .. name))
  local back = recnn.dataset(x)
  equal(#back, #a)
  equal(back.n_users, a.n_users)
  equal(table.concat(back:describe().item_features, " "),
    table.concat(a:describe().item_features, " "))
end)

test("filter", function()
  local data = fixture.data()
  local core = data:filter { min_user = 6, min_item = 8, rating = "[3,inf)", duplicates = "last" }
  assert(#core < #data and core.n_users <= data.n_users and core.n_items < data.n_items)
  for _, user in ipairs(core:users()) do
    local rows = core:history(user)
    assert(#rows >= 6)
    for _, row in ipairs(rows) do
      assert(row.rating >= 3)
    end
  end
  has(core:describe().filter, "duplicates last, rating [3,inf), min_user 6, min_item 8",
    #core .. " of " .. #data .. " interactions")
  equal(data:describe().filter, nil)
  equal(table.concat(core:item(core:items()[1]).genres, " "), table.concat(data:item(core:items()[1]).genres, " "))

  local tiny = recnn.dataset(folder):filter { users = { "u2", 7 }, label_threshold = 2 }
  equal(table.concat(tiny:users(), " "), "u2 7")
  equal(#tiny, 3)
  tap.near(tiny:describe().clicked, 2 / 3, 1e-12)
  equal(#recnn.dataset(folder):filter { items = { "a" } }, 2)
end)

test("what is wrong with a filter", function()
  local data = recnn.dataset(folder)
  raises(function() data:filter { min_usr = 5 } end, "filter", "min_usr", "did you mean min_user")
  raises(function() data:filter { min_user = -1 } end, "min_user", "-1")
  raises(function() data:filter { min_user = 9 } end, "min_user 9", "nothing is left of the 5")
  raises(function() data:filter { rating = "4" } end, "rating", "4", "[4,inf)")
  raises(function() data:filter { duplicates = "lst" } end, "lst", "last")
  raises(function() data:filter { users = { "nobody" } } end, "nobody", "no user")
  raises(function() data:filter { users = "u1" } end, "users", "a string", "list of tokens")
  raises(function() data:filter { items = { {} } } end, "items[1]", "a table")
end)

test("options of formats, in a table with the path", function()
  local place = fixture.folder()
  fixture.write(place .. "/a.csv", "who,what,day,price\nann,tea,mo,1.5\nbob,jam,tu,2\n")
  fixture.write(place .. "/b.csv", "who,what,day,price\nann,jam,mo,3\n")
  local data = recnn.dataset {
    path = place, format = "csv", files = { "a.csv", "b.csv" }, user = "who", item = "what",
    features = { "day", "price:float" },
  }
  equal(#data, 3)
  equal(table.concat(data:describe().interaction_features, " "), "day price")
  equal(data:describe().parts, nil)
  equal(data:describe().ordered, false)
  -- the same as text, and as a second argument; the format is found by the first of the files
  equal(#recnn.dataset(place, { format = "csv", files = "*.csv", user = "who", item = "what" }), 3)
  data = recnn.dataset { path = place, format = "csv", train = "a.csv", test = "b.csv",
    user = "who", item = "what", ordered = true }
  local what = data:describe()
  equal(what.parts.train, 2)
  equal(what.parts.valid, 0)
  equal(what.parts.test, 1)
  equal(what.ordered, true)
  equal(#data:split().test, 1)
  equal(#data:split({ given = true }).train, 2)
  raises(function() data:split { given = true, seed = 1 } end, "given and seed exclude each other")
  fixture.write(place .. "/c.txt", "user item label neg_items\n")
  local clicks = fixture.write(place .. "/clicks.csv",
    "user;item;label;neg_items\nann;tea;1;[jam]\nann;jam;0;\n")
  what = recnn.dataset(clicks):describe()
  equal(what.clicked, 0.5)
  equal(what.candidate_lists, 1)
  raises(function() recnn.dataset { path = clicks, usr = "who" } end, "format csv", "usr",
    "did you mean user")
  raises(function() recnn.dataset { path = clicks, user = "usr" } end, "clicks.csv:1", "usr", "user")
  raises(function() recnn.dataset { path = clicks, features = { 7 } } end, "a number (element 1)")
  raises(function() recnn.dataset { path = clicks, features = { "a,b" } } end, "comma", "element 1")
  raises(function() recnn.dataset { path = clicks, features = { a = "b" } } end, "not a list")
  raises(function() recnn.dataset { format = "csv" } end, "expected path = a text")
  raises(function() recnn.dataset { path = place, files = "z*.csv" } end, "no file", "z*.csv")
  raises(function() recnn.dataset { path = clicks, delimiter = { ";", "x" } } end, "column")
end)

test("what is wrong with a path", function()
  raises(function() recnn.dataset(folder .. "/missing") end, "missing")
  raises(function() recnn.dataset() end, "#1 to 'dataset'", "path or data set expected, got no value")
  raises(function() recnn.dataset(42) end, "path or data set expected, got number")
  raises(function() recnn.dataset("a\0b") end, "zero bytes")
  raises(function() recnn.dataset(folder, { fromat = "atomic" }) end, "fromat", "did you mean format")
  raises(function() recnn.dataset(folder, { format = "atomc" }) end, "atomc", "atomic")
  raises(function() recnn.dataset(folder, "atomic") end, "#2 to 'dataset'", "table expected")
end)

test("what is wrong in a file has its place", function()
  local path = fixture.write(elsewhere .. "/bad.inter",
    "user_id:token\titem_id:token\trating:float\n1\t2\tx\n")
  raises(function() recnn.dataset(path) end, "bad.inter:2", "rating", "x")
end)

test("what is wrong with options of synthetic", function()
  raises(function() recnn.synthetic { user = 5 } end, "synthetic", "user", "did you mean users")
  raises(function() recnn.synthetic { users = 0 } end, "users", "0")
  raises(function() recnn.synthetic { users = "many" } end, "users", "many", "integer")
  raises(function() recnn.synthetic { users = 5.5 } end, "users", "5.5")
  raises(function() recnn.synthetic { users = print } end, "users", "a function", "an integer")
  raises(function() recnn.synthetic { 5 } end, "name = value", "[1]")
  raises(function() recnn.synthetic { [true] = 5 } end, "name = value", "[true]")
  raises(function() recnn.synthetic(5) end, "table expected, got number")
end)

test("a folder that cannot be written", function()
  raises(function() fixture.data():write(folder .. "/tiny.inter/x") end, "tiny.inter/x")
  raises(function() fixture.data():write() end, "string expected")
end)

test("names that a data set does not have", function()
  local data = recnn.dataset(folder)
  raises(function() return data.n_user end, "recnn.dataset has no 'n_user'", "did you mean n_users")
  raises(function() return data[1] end, "has no '1'")
  raises(function() data:descrbe() end, "did you mean describe")
  raises(function() data.x = 1 end, "x")
end)

test("a closed data set says so", function()
  local kept
  do
    local data <close> = recnn.dataset(folder)
    kept = data
  end
  has(tostring(kept), "closed")
  raises(function() return #kept end, "closed")
  raises(function() kept:users() end, "closed")
  raises(function() return kept.name end, "closed")
  raises(function() kept:split() end, "closed")
  raises(function() recnn.dataset(kept) end, "closed")
  getmetatable(kept).__close(kept) -- twice is once
end)

test("a method is not called on something else", function()
  local data = recnn.dataset(folder)
  raises(function() data.users {} end, "recnn.dataset expected, got table")
  raises(function() data.users(io.stdout) end, "recnn.dataset expected, got FILE*")
end)

tap.finish()
