-- The module itself: version, threads, plugins, the machine.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, raises, has = tap.test, tap.equal, tap.raises, tap.has

test("version", function()
  assert(recnn.version:find "^%d+%.%d+%.%d+")
end)

test("the module sets no global and hides what is internal", function()
  equal(_G.recnn, nil)
  equal(recnn.internal, nil)
  assert(rawequal(require "recnn", recnn))
end)

test("quiet", function()
  recnn.quiet(false)
  equal(recnn.quiet(), false)
  equal(recnn.quiet(true), true)
  equal(recnn.quiet(), true)
  raises(function() recnn.quiet(1) end, "boolean expected")
end)

test("threads", function()
  local before = recnn.threads()
  equal(recnn.threads(2), 2)
  equal(recnn.threads(), 2)
  equal(recnn.threads(1), 1)
  raises(function() recnn.threads(0) end, "0")
  raises(function() recnn.threads(-3) end, "-")
  raises(function() recnn.threads(1 << 40) end, "2147483647")
  raises(function() recnn.threads "many" end, "number expected")
  recnn.threads(before)
end)

test("a plugin that is asked for tells what it offers", function()
  local plugin = recnn.plugin "neural_bpr"
  equal(plugin.name, "neural_bpr")
  has(plugin.file, "neural_bpr.so")
  assert(#plugin.version > 0 and #plugin.licence > 0 and #plugin.summary > 0)
  equal(#plugin.features, 1)
  equal(plugin.features[1].kind, "recnn.model/1")
  equal(plugin.features[1].name, "neural_bpr")
  equal(recnn.plugin(plugin.file).name, "neural_bpr") -- by its file, and a second time
  raises(function() recnn.plugin "neural_bqr" end, "neural_bqr", "neural_bpr")
  raises(function() recnn.plugin "./no-such-file.so" end, "no-such-file.so")
end)

test("results do not depend on the threads", function()
  local before = recnn.threads()
  local values = {}
  for n = 1, 3 do
    recnn.threads(n)
    local model, split = fixture.fitted()
    values[n] = model:evaluate(split.test)["NDCG@10"]
  end
  recnn.threads(before)
  equal(values[1], values[2])
  equal(values[1], values[3])
end)

test("plugins", function()
  local names = {}
  for _, name in ipairs(recnn.plugins()) do names[name] = true end
  assert(names.neural_bpr and names.advanced_ncf and names.popularity)
end)

test("plugin_path", function()
  local folder = fixture.folder()
  local n = #recnn.plugin_path()
  local folders = recnn.plugin_path(folder)
  equal(folders[1], folder)
  equal(#folders, n + 1)
  raises(function() recnn.plugin_path(folder .. "/none") end, folder .. "/none", "no such folder")
  raises(function() recnn.plugin_path {} end, "string expected")
end)

test("system", function()
  local system = recnn.system()
  equal(system.version, recnn.version)
  has(system.lua, _VERSION)
  equal(system.threads, recnn.threads())
  assert(#system.cpu > 0)
  equal(type(system.features), "string")
  assert(#system.blas.library > 0 and #system.blas.core_type > 0 and #system.blas.chosen_by > 0)
  has(system.blas.config, "OpenBLAS")
end)

tap.finish()
