-- recnn.compare: several results side by side, models in rows and metrics in columns, the best of each
-- column in bold, and whether what is better is so beyond chance.
--
--   print(recnn.compare{ popularity, bpr })
--   print(recnn.compare{ { "dim 32", small }, { "dim 64", large }, metrics = { "NDCG@10" } })
--   recnn.compare{ a, b, c, baseline = "ease", test = "wilcoxon", format = "latex", path = "table.tex" }

local NAMES = { t = "paired t-test", wilcoxon = "Wilcoxon's signed ranks", sign = "sign test" }
local KEYS = { metrics = true, baseline = true, test = true, alpha = true, digits = true, format = true, path = true }

local function fail(text, ...)
  error("compare: " .. text:format(...), 0)
end

local function is_result(value)
  return type(value) == "userdata" and (getmetatable(value) or {}).__name == "recnn.result"
end

local function as_row(entry, at)
  if is_result(entry) then
    return { label = entry.model, result = entry, values = entry:values() }
  elseif type(entry) == "table" and type(entry[1]) == "string" then
    local row = as_row(entry[2], at)
    row.label = entry[1]
    return row
  end
  fail("entry %d: a result, or { label, result }, expected, got a %s", at, type(entry))
end

-- A metric's own name for whatever name it is asked for by, and what is known of it.
local function resolve(metrics, asked)
  local word, cut = asked:match "^([^@]*)(.*)$"
  for name, metric in pairs(metrics) do
    for known in (name .. " " .. (metric.aliases or "")):gmatch "%S+" do
      if known:lower() == word:lower() then
        return name .. cut, metric
      end
    end
  end
  fail("option metrics: %s is not known", asked)
end

-- The columns: as asked for, or every metric in the order in which the results first have it.
local function columns_of(rows, asked, metrics)
  local names, seen = {}, {}
  for _, row in ipairs(rows) do
    for name in pairs(row.result) do
      if not seen[name] then
        seen[name] = true
        names[#names + 1] = name
      end
    end
  end
  if asked then
    names = {}
    for i, name in ipairs(asked) do
      names[i] = resolve(metrics, name)
    end
  end
  return names
end

-- Holm's correction (A simple sequentially rejective multiple test procedure, 1979): `ps` is a list of
-- numbers; the adjusted ones in the same order.
local function holm(ps)
  local order, adjusted, most = {}, {}, 0
  for i = 1, #ps do
    order[i] = i
  end
  table.sort(order, function(a, b) return ps[a] < ps[b] or (ps[a] == ps[b] and a < b) end)
  for place, i in ipairs(order) do
    most = math.max(most, math.min(1, (#ps - place + 1) * ps[i]))
    adjusted[i] = most
  end
  return adjusted
end

local function best_of(rows, name, higher)
  local best
  for i, row in ipairs(rows) do
    local value = row.values[name]
    if value and value == value and (not best or (higher and value > rows[best].values[name]) or
        (not higher and value < rows[best].values[name])) then
      best = i
    end
  end
  return best
end

-- Compares one row with the others in one column: the adjusted p of each, or nil where the results do
-- not allow it; an error when the script has asked for a test.
local function test_column(rows, against, name, options)
  local ps, which = {}, {}
  for i, row in ipairs(rows) do
    if i ~= against and row.values[name] and rows[against].values[name] then
      local ok, test = pcall(row.result.versus, row.result, rows[against].result, name, { test = options.test or "t" })
      if not ok and options.test and not tostring(test):find("no mean over users", 1, true) then
        error(test, 0)
      end
      if ok and test.p == test.p then
        ps[#ps + 1], which[#which + 1] = test.p, i
      end
    end
  end
  local adjusted = {}
  for place, p in ipairs(holm(ps)) do
    adjusted[which[place]] = p
  end
  return adjusted
end

-- cells[i][j] = { value =, best =, mark = "+" or "-", p = }
local function judge(rows, columns, options, metrics)
  local cells, tested = {}, false
  for i, row in ipairs(rows) do
    cells[i] = {}
    for j, name in ipairs(columns) do
      cells[i][j] = { value = row.values[name] }
    end
  end
  for j, name in ipairs(columns) do
    local _, metric = resolve(metrics, name)
    local higher = metric.higher_is_better
    local best = #rows > 1 and best_of(rows, name, higher)
    for _, row in ipairs(best and cells or {}) do
      row[j].best = row[j].value == cells[best][j].value
    end
    local against = options.baseline or best
    if against and options.test ~= false then
      local ps = test_column(rows, against, name, options)
      local all = next(ps) ~= nil
      for i, p in pairs(ps) do
        tested = true
        cells[i][j].p = p
        local better = (cells[i][j].value > rows[against].values[name]) == higher
        if p >= options.alpha then
          all = false
        elseif options.baseline then
          cells[i][j].mark = better and "+" or "-"
        end
      end
      if all and not options.baseline then
        cells[best][j].mark = "+"
      end
    end
  end
  return cells, tested
end

local function note_of(options, rows)
  local whom = options.baseline and ("than %s"):format(rows[options.baseline].label) or "than all others"
  return ("%s (%s over users, p < %g, Holm's correction)"):format(whom, NAMES[options.test or "t"], options.alpha)
end

local write = {}

function write.text(t)
  local lines = { { "model", table.unpack(t.columns) } }
  local any_best = false
  for i, row in ipairs(t.rows) do
    local line = { row.label }
    for j in ipairs(t.columns) do
      local cell = t.cells[i][j]
      any_best = any_best or cell.best
      line[j + 1] = (cell.value and t.number(cell.value) or "-") .. (cell.best and "*" or " ") .. (cell.mark or " ")
    end
    lines[#lines + 1] = line
  end
  local widths = {}
  for i, line in ipairs(lines) do
    for j, text in ipairs(line) do
      if i == 1 and j > 1 then
        line[j] = text .. "  "
      end
      widths[j] = math.max(widths[j] or 0, utf8.len(line[j]) or #line[j])
    end
  end
  for i, line in ipairs(lines) do
    for j, text in ipairs(line) do
      local fill = (" "):rep(widths[j] - (utf8.len(text) or #text))
      line[j] = j > 1 and fill .. text or text .. fill
    end
    lines[i] = (table.concat(line, " "):gsub(" +$", ""))
  end
  if any_best then
    lines[#lines + 1] = "* the best" .. (t.tested and (", +%s better %s"):format(t.both and " and - significantly" or " significantly", t.note) or "")
  end
  return table.concat(lines, "\n")
end

local function quoted(text)
  return text:find '[",\n\r]' and '"' .. text:gsub('"', '""') .. '"' or text
end

function write.csv(t)
  local lines = {}
  local head = { "model" }
  for _, name in ipairs(t.columns) do
    head[#head + 1] = quoted(name)
    if t.tested then
      head[#head + 1] = quoted(name .. " p")
    end
  end
  lines[1] = table.concat(head, ",")
  for i, row in ipairs(t.rows) do
    local line = { quoted(row.label) }
    for j in ipairs(t.columns) do
      local cell = t.cells[i][j]
      line[#line + 1] = cell.value and ("%.17g"):format(cell.value) or ""
      if t.tested then
        line[#line + 1] = cell.p and ("%.6g"):format(cell.p) or ""
      end
    end
    lines[#lines + 1] = table.concat(line, ",")
  end
  return table.concat(lines, "\n")
end

local LATEX = { ["\\"] = "\\textbackslash{}", ["~"] = "\\textasciitilde{}", ["^"] = "\\textasciicircum{}" }

local function latex(text)
  return (text:gsub("[\\~^&%%$#_{}]", function(c) return LATEX[c] or "\\" .. c end))
end

function write.latex(t)
  local head = { "model" }
  for j, name in ipairs(t.columns) do
    head[j + 1] = latex(name)
  end
  local lines = { "\\begin{tabular}{l" .. ("r"):rep(#t.columns) .. "}", "\\hline", table.concat(head, " & ") .. " \\\\", "\\hline" }
  for i, row in ipairs(t.rows) do
    local line = { latex(row.label) }
    for j in ipairs(t.columns) do
      local cell = t.cells[i][j]
      local text = cell.value and t.number(cell.value) or "--"
      text = cell.best and "\\textbf{" .. text .. "}" or text
      line[j + 1] = text .. (cell.mark and "$^{" .. cell.mark .. "}$" or "")
    end
    lines[#lines + 1] = table.concat(line, " & ") .. " \\\\"
  end
  lines[#lines + 1] = "\\hline"
  lines[#lines + 1] = "\\end{tabular}"
  if t.tested then
    lines[#lines + 1] = "% + significantly better, - worse " .. latex(t.note)
  end
  return table.concat(lines, "\n")
end

local HTML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function html(text)
  return (text:gsub('[&<>"]', HTML))
end

function write.html(t)
  local lines = { "<table>", "<tr><th>model</th>" }
  for _, name in ipairs(t.columns) do
    lines[2] = lines[2] .. "<th>" .. html(name) .. "</th>"
  end
  lines[2] = lines[2] .. "</tr>"
  for i, row in ipairs(t.rows) do
    local line = { "<tr><td>" .. html(row.label) .. "</td>" }
    for j in ipairs(t.columns) do
      local cell = t.cells[i][j]
      local text = cell.value and t.number(cell.value) or "&ndash;"
      text = cell.best and "<b>" .. text .. "</b>" or text
      line[j + 1] = "<td>" .. text .. (cell.mark and "<sup>" .. cell.mark .. "</sup>" or "") .. "</td>"
    end
    lines[#lines + 1] = table.concat(line) .. "</tr>"
  end
  if t.tested then
    lines[#lines + 1] = ('<caption>+ significantly better, - worse %s</caption>'):format(html(t.note))
    table.insert(lines, 2, table.remove(lines))
  end
  lines[#lines + 1] = "</table>"
  return table.concat(lines, "\n")
end

-- The index of the baseline, which is given as a place or a label.
local function find_baseline(rows, baseline)
  if baseline == nil then
    return nil
  end
  for i, row in ipairs(rows) do
    if i == baseline or row.label == baseline then
      return i
    end
  end
  fail("option baseline: %s is neither the label nor the place of an entry", tostring(baseline))
end

local function read_options(entries, rows)
  for key in pairs(entries) do
    if math.type(key) ~= "integer" and not KEYS[key] then
      fail("option %s is not known; there are alpha, baseline, digits, format, metrics, path, test", tostring(key))
    end
  end
  local options = {
    baseline = find_baseline(rows, entries.baseline),
    test = entries.test,
    alpha = entries.alpha or 0.05,
    digits = entries.digits or 4,
    format = entries.format or "text",
  }
  if options.test ~= nil and options.test ~= false and not NAMES[options.test] then
    fail("option test: got %s, expected \"t\", \"wilcoxon\", \"sign\" or false", tostring(options.test))
  elseif type(options.alpha) ~= "number" or not (options.alpha > 0 and options.alpha < 1) then
    fail("option alpha: got %s, expected a number between 0 and 1", tostring(options.alpha))
  elseif math.type(options.digits) ~= "integer" or options.digits < 0 or options.digits > 17 then
    fail("option digits: got %s, expected an integer from 0 to 17", tostring(options.digits))
  elseif not write[options.format] then
    fail("option format: got %s, expected \"text\", \"csv\", \"latex\" or \"html\"", tostring(options.format))
  elseif entries.metrics ~= nil and type(entries.metrics) ~= "table" then
    fail("option metrics: got %s, expected a list of names", type(entries.metrics))
  end
  return options
end

return function(core)
  local function build(entries)
    local rows = {}
    for i, entry in ipairs(entries) do
      rows[i] = as_row(entry, i)
    end
    local options = read_options(entries, rows)
    local metrics = core.metrics()
    local columns = columns_of(rows, entries.metrics, metrics)
    local cells, tested = judge(rows, columns, options, metrics)
    local text = write[options.format] {
      rows = rows, columns = columns, cells = cells, tested = tested,
      both = options.baseline ~= nil,
      note = note_of(options, rows),
      number = function(value) return ("%." .. options.digits .. "f"):format(value) end,
    }
    if entries.path then
      core.write_file(entries.path, text .. "\n")
    end
    return text
  end

  return function(entries)
    if type(entries) ~= "table" or #entries == 0 then
      error("compare: a list of results expected", 2)
    end
    local ok, text = pcall(build, entries)
    if not ok then
      error(text, 2)
    end
    return text
  end
end
