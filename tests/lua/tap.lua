-- TAP for tests in Lua: test(name, function) makes one line; the function fails by raising.  finish()
-- prints the plan and ends the process.
local tap = { count = 0, failed = 0 }

function tap.test(name, body)
  tap.count = tap.count + 1
  local ok, problem = xpcall(body, debug.traceback)
  if ok then
    print(("ok %d - %s"):format(tap.count, name))
  else
    tap.failed = tap.failed + 1
    print(("not ok %d - %s"):format(tap.count, name))
    print("# " .. tostring(problem):gsub("\n", "\n# "))
  end
end

function tap.skip(name, reason)
  tap.count = tap.count + 1
  print(("ok %d - %s # SKIP %s"):format(tap.count, name, reason))
end

function tap.equal(got, want, what)
  if got ~= want then
    error(("%sgot %s, expected %s"):format(what and what .. ": " or "", tostring(got), tostring(want)), 2)
  end
end

function tap.near(got, want, tolerance)
  if not (math.abs(got - want) <= tolerance) then
    error(("got %s, expected %s within %s"):format(got, want, tolerance), 2)
  end
end

-- `text` holds each of the further arguments, as they stand.
function tap.has(text, ...)
  for _, part in ipairs { ... } do
    if not tostring(text):find(part, 1, true) then
      error(("'%s' is not in: %s"):format(part, text), 2)
    end
  end
end

-- The call raises a text that begins with this script's position and holds each of `parts`.
function tap.raises(body, ...)
  local ok, problem = pcall(body)
  if ok then
    error("no error was raised; expected one with: " .. table.concat({ ... }, ", "), 2)
  end
  if type(problem) ~= "string" then
    error("the error is no text but a " .. type(problem), 2)
  end
  if not problem:find("^[^\n]*test%-[%w-]+%.lua:%d+: ") then
    error("the error does not begin with the script's position: " .. problem, 2)
  end
  for _, part in ipairs { ... } do
    if not problem:find(part, 1, true) then
      error(("'%s' is not in the error: %s"):format(part, problem), 2)
    end
  end
end

function tap.finish()
  print("1.." .. tap.count)
  os.exit(tap.failed == 0, true)
end

return tap
