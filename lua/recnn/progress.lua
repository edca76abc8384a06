-- The progress display of a training: on a terminal a bar that is redrawn in place, with a line for
-- each finished epoch above it; elsewhere the same lines without the bar.  All on standard error.
--
-- It is called as progress(event, info) with the events begin, batch, epoch and end (lua/src/listen.c)
-- and must not know what a model is.  Batch events come at most every INTERVAL seconds, and only when
-- "begin" returned that interval.

local INTERVAL = 0.1
local BAR = 24 -- cells, when there is room

local function thousands(n)
  local text = string.format("%d", n)
  repeat
    local count
    text, count = text:gsub("^(-?%d+)(%d%d%d)", "%1,%2")
  until count == 0
  return text
end

local function rate(per_second)
  if per_second >= 1e6 then
    return string.format("%.1fM/s", per_second / 1e6)
  elseif per_second >= 1e4 then
    return string.format("%.0fk/s", per_second / 1e3)
  end
  return string.format("%.0f/s", per_second)
end

local function clock(seconds)
  local s = math.floor(seconds + 0.5)
  if s >= 3600 then
    return string.format("%d:%02d:%02d", s // 3600, s // 60 % 60, s % 60)
  end
  return string.format("%d:%02d", s // 60, s % 60)
end

-- A bar of `width` cells; with UTF-8 in eighths of a cell.
local function bar(share, width, utf8_ok)
  if not utf8_ok then
    local full = math.floor(share * width)
    return "[" .. ("#"):rep(full) .. ("."):rep(width - full) .. "]"
  end
  local eighths = math.floor(share * width * 8)
  local full, rest = eighths // 8, eighths % 8
  local text = ("\u{2588}"):rep(full)
  if full < width then
    text = text .. (rest > 0 and utf8.char(0x2590 - rest) or " ")
    text = text .. (" "):rep(width - full - 1)
  end
  return "\u{2595}" .. text .. "\u{258f}"
end

-- The parts that fit into `columns`, the most important first in `parts` by rank.
local function fit(parts, columns)
  local width = 0
  local kept = {}
  table.sort(parts, function(a, b) return a.rank < b.rank end)
  for _, part in ipairs(parts) do
    local length = utf8.len(part.text) or #part.text
    if width + length + (width > 0 and 2 or 0) <= columns then
      width = width + length + (width > 0 and 2 or 0)
      kept[#kept + 1] = part
    end
  end
  table.sort(kept, function(a, b) return a.place < b.place end)
  local texts = {}
  for i, part in ipairs(kept) do
    texts[i] = part.style and part.style .. part.text .. "\27[0m" or part.text
  end
  return table.concat(texts, "  ")
end

return function(internal)
  local drawn = false -- the bar stands on the cursor's line
  local started -- seconds spent in earlier epochs
  local computed -- the model is computed at once: there are no epochs to tell of
  local colour

  local function write(text)
    io.stderr:write(text)
  end

  local function clear()
    if drawn then
      write("\r\27[K")
      drawn = false
      internal.set_bar(false)
    end
  end

  local on = {}

  function on.begin(info)
    local is_terminal = internal.terminal()
    local no_color = os.getenv "NO_COLOR"
    colour = is_terminal and (no_color == nil or no_color == "")
    started = 0
    computed = info.epochs == nil
    local what = { thousands(info.rows) .. " interactions", thousands(info.parameters) .. " parameters" }
    if info.epochs then
      what[3] = info.epochs == 1 and "1 epoch" or "at most " .. thousands(info.epochs) .. " epochs"
    end
    write(string.format("%s on %s: %s\n", info.model, info.data, table.concat(what, ", ")))
    return is_terminal and info.epochs and INTERVAL or nil
  end

  function on.batch(info)
    local _, columns, utf8_ok = internal.terminal()
    local share = info.batches > 0 and info.batch / info.batches or 1
    local parts = {
      { place = 1, rank = 1, text = string.format("epoch %d/%d", info.epoch, info.epochs) },
      { place = 3, rank = 4, text = string.format("%d/%d", info.batch, info.batches) },
      { place = 4, rank = 2, text = string.format("loss %.4f", info.loss) },
    }
    if info.seconds > 0 then
      parts[#parts + 1] = { place = 5, rank = 5, text = rate(info.samples / info.seconds) }
    end
    local done = info.epoch - 1 + share
    if done > 0 then
      local left = (started + info.seconds) * (info.epochs - done) / done
      parts[#parts + 1] = { place = 6, rank = 3, text = "ETA " .. clock(left) }
    end
    local room = columns - 1 - (utf8.len(fit(parts, columns - 1)) or 0) - 4
    if room >= 8 then
      parts[#parts + 1] = {
        place = 2, rank = 0, text = bar(share, math.min(room, BAR), utf8_ok),
        style = colour and "\27[36m" or nil,
      }
    end
    write("\r" .. fit(parts, columns - 1) .. "\27[K")
    drawn = true
    internal.set_bar(true)
  end

  function on.epoch(info)
    clear()
    if computed then
      return
    end
    started = started + info.seconds
    local parts = { string.format("epoch %d/%d", info.epoch, info.epochs), string.format("loss %.4f", info.loss) }
    if info.valid_value then
      local mark = info.improved and " *" or ""
      if info.improved and colour then
        mark = " \27[32m*\27[0m"
      end
      parts[#parts + 1] = string.format("%s %.4f%s", info.valid_metric, info.valid_value, mark)
    end
    parts[#parts + 1] = string.format("%.2f s", info.seconds)
    write(table.concat(parts, "  ") .. "\n")
  end

  on["end"] = function(info)
    clear()
    if not info then
      return
    end
    local text
    if computed then
      text = string.format("computed in %.2f s", info.seconds)
    else
      text = string.format("done: %d epoch%s in %.2f s", info.epochs, info.epochs == 1 and "" or "s", info.seconds)
    end
    if info.best_epoch then
      text = string.format("%s, %s%s %.4f", text, computed and "" or "best ", info.valid_metric, info.best_value)
      if not computed then
        text = text .. " in epoch " .. info.best_epoch
      end
      if info.stopped_early then
        text = text .. ", stopped early"
      end
    end
    write(text .. "\n")
  end

  return function(event, info)
    return on[event](info)
  end
end
