-- The module recnn: the bindings (recnn.core, in C) and what is written in Lua on top of them.
local core = require "recnn.core"

local recnn = {}
for name, value in pairs(core) do
  if name ~= "internal" then
    recnn[name] = value
  end
end
recnn.compare = require "recnn.compare"(core)

core.internal.set_progress(require "recnn.progress"(core.internal))

return recnn
