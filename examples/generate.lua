-- Writes generated data as atomic files (NAME.inter, NAME.user, NAME.item), the same bytes for the same
-- options on every machine.
--
--   recnn-run generate.lua FOLDER [OPTION=VALUE]...
--   recnn-run generate.lua data/small users=200 items=100 seed=3
--
-- The options are those of recnn.synthetic; a misspelt one is answered with the nearest.
local recnn = require "recnn"

local function usage()
  io.stderr:write "usage: recnn-run generate.lua FOLDER [OPTION=VALUE]...\n"
  os.exit(2)
end

local folder = arg[1]
if not folder or folder:find "^%-" or folder:find "=" then
  usage()
end
local options = {}
for i = 2, #arg do
  local name, value = arg[i]:match "^([%w_]+)=(.+)$"
  if not name then
    usage()
  end
  options[name] = tonumber(value) or value
end

local data = recnn.synthetic(options):write(folder)
print(data)
print(("written to %s"):format(folder))
