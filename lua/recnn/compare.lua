-- recnn.compare: several results side by side, models in rows and metrics in columns.
--
--   print(recnn.compare{ popularity, bpr })
--   print(recnn.compare{ { "dim 32", small }, { "dim 64", large }, metrics = { "NDCG@10" } })

local function as_row(entry, at)
  local kind = type(entry) == "userdata" and getmetatable(entry).__name
  if kind == "recnn.result" then
    return { label = entry.model, values = entry:values() }
  elseif type(entry) == "table" and type(entry[1]) == "string" then
    local row = as_row(entry[2], at)
    row.label = entry[1]
    return row
  end
  error(("compare: entry %d: a result, or { label, result }, expected, got a %s"):format(at, type(entry)), 0)
end

-- The columns: as asked for, or every metric in the order in which the results first have it.
local function columns_of(entries, asked)
  if asked then
    return asked
  end
  local names, seen = {}, {}
  for _, entry in ipairs(entries) do
    for name in pairs(type(entry) == "table" and entry[2] or entry) do
      if not seen[name] then
        seen[name] = true
        names[#names + 1] = name
      end
    end
  end
  return names
end

local function pad(text, width, right)
  local fill = (" "):rep(width - (utf8.len(text) or #text))
  return right and fill .. text or text .. fill
end

local function compare(entries)
  if type(entries) ~= "table" or #entries == 0 then
    error("compare: a list of results expected", 2)
  end
  local rows = {}
  for i, entry in ipairs(entries) do
    local ok, row = pcall(as_row, entry, i)
    if not ok then
      error(row, 2)
    end
    rows[i] = row
  end
  local columns = columns_of(entries, entries.metrics)

  local cells = { { "model", table.unpack(columns) } }
  for i, row in ipairs(rows) do
    local line = { row.label }
    for j, name in ipairs(columns) do
      line[j + 1] = row.values[name] and ("%.4f"):format(row.values[name]) or "-"
    end
    cells[i + 1] = line
  end
  local widths = {}
  for _, line in ipairs(cells) do
    for j, text in ipairs(line) do
      widths[j] = math.max(widths[j] or 0, utf8.len(text) or #text)
    end
  end
  local lines = {}
  for i, line in ipairs(cells) do
    for j, text in ipairs(line) do
      line[j] = pad(text, widths[j], j > 1)
    end
    lines[i] = (table.concat(line, "  "):gsub(" +$", ""))
  end
  return table.concat(lines, "\n")
end

return compare
