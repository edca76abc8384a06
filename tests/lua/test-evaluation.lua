-- The evaluator against one that is written here from the definitions in docs/EVALUATION.md and shares
-- nothing with it: random data with repeated rows, users without any, and scores full of ties.
package.path = arg[0]:match "^(.*)/" .. "/?.lua;" .. package.path
local recnn = require "recnn"
local fixture = require "fixture"
local tap = require "tap"
local test, equal, near = tap.test, tap.equal, tap.near

recnn.quiet(true)
math.randomseed(20)

local PARTS = { "train", "valid", "test" }
local CUTS = { 1, 3, 10 }

-- Rows { user, item } by part, written as files and read back.
local function random_data(n_users, n_items, n_rows)
  local rows = { train = {}, valid = {}, test = {} }
  for i = 1, math.max(n_users, n_items) do
    table.insert(rows.train, { "u" .. (i - 1) % n_users, "i" .. (i - 1) % n_items })
  end
  for _ = 1, n_rows do
    local x = math.random()
    local row = { "u" .. math.random(0, n_users - 1), "i" .. math.floor(x * x * n_items) }
    table.insert(rows[PARTS[math.random(3)]], row)
  end
  for i = 1, 3 do -- rows that are there twice: within a part, and in two of them
    table.insert(rows.test, rows.test[i])
    table.insert(rows.test, rows.train[i])
  end
  local folder = fixture.folder()
  for name, list in pairs(rows) do
    local lines = { "user_id:token\titem_id:token" }
    for _, row in ipairs(list) do
      lines[#lines + 1] = row[1] .. "\t" .. row[2]
    end
    fixture.write(("%s/data.%s.inter"):format(folder, name), table.concat(lines, "\n") .. "\n")
  end
  local words, lines = {}, { "item_id:token\tgenre:token_seq" } -- of items: none to three, some twice
  for i = 0, n_items - 1 do
    local list = {}
    for _ = 1, math.random(0, 3) do
      list[#list + 1] = "g" .. math.random(5)
    end
    words["i" .. i] = list
    lines[#lines + 1] = "i" .. i .. "\t" .. table.concat(list, " ")
  end
  fixture.write(folder .. "/data.item", table.concat(lines, "\n") .. "\n")
  rows.words = words
  local data = recnn.dataset(folder)
  return rows, data, data:split { given = true }
end

local function set_of(list, user)
  local set, n = {}, 0
  for _, row in ipairs(list) do
    if row[1] == user and not set[row[2]] then
      set[row[2]] = true
      n = n + 1
    end
  end
  return set, n
end

-- The ranks of the relevant candidates, ascending; and whose they are.
local function ranks_of(candidates, ties)
  local ranks, items, i = {}, {}, 1
  table.sort(candidates, function(a, b)
    return a.score > b.score or a.score == b.score and a.number < b.number
  end)
  while i <= #candidates do
    local from, relevant = i, 0
    while i <= #candidates and candidates[i].score == candidates[from].score do
      relevant = relevant + (candidates[i].relevant and 1 or 0)
      items[#items + 1] = candidates[i].relevant and candidates[i].item or nil
      i = i + 1
    end
    local size = i - from
    for place = from, ties == "order" and i - 1 or 0 do
      if candidates[place].relevant then
        ranks[#ranks + 1] = place
      end
    end
    for j = 1, ties == "order" and 0 or relevant do
      ranks[#ranks + 1] = ties == "optimistic" and from - 1 + j
        or ties == "mean" and from - 1 + j * (size + 1) / (relevant + 1)
        or i - 1 - relevant + j
    end
  end
  return ranks, items
end

local function rank_metrics(add, ranks, n_relevant)
  for _, k in ipairs(CUTS) do
    local hits, dcg, ideal, precisions = 0, 0, 0, 0
    for _, rank in ipairs(ranks) do
      if rank <= k then
        hits = hits + 1
        dcg = dcg + math.log(2) / math.log(rank + 1)
        precisions = precisions + hits / rank
      end
    end
    for i = 1, math.min(n_relevant, k) do
      ideal = ideal + math.log(2) / math.log(i + 1)
    end
    local p, r = hits / k, hits / n_relevant
    add("Precision@" .. k, p)
    add("Recall@" .. k, r)
    add("F1@" .. k, hits > 0 and 2 * p * r / (p + r) or 0)
    add("Hit@" .. k, hits > 0 and 1 or 0)
    add("MRR@" .. k, hits > 0 and 1 / ranks[1] or 0)
    add("MAP@" .. k, precisions / math.min(n_relevant, k))
    add("NDCG@" .. k, dcg / ideal)
  end
end

local function pair_metrics(add, candidates, n_relevant)
  local pairs_right, n_pairs = 0, 0
  for _, a in ipairs(candidates) do
    for _, b in ipairs(candidates) do
      if a.relevant and not b.relevant then
        n_pairs = n_pairs + 1
        pairs_right = pairs_right + (a.score > b.score and 1 or a.score == b.score and 0.5 or 0)
      end
    end
  end
  if n_pairs > 0 then
    add("GAUC", pairs_right / n_pairs, n_relevant)
  end
end

local function cosine(a, b)
  local of, n, common = {}, { 0, 0 }, 0
  for i, words in ipairs { a, b } do
    for _, word in ipairs(words) do
      of[word] = of[word] or {}
      n[i] = n[i] + (of[word][i] and 0 or 1)
      of[word][i] = true
    end
  end
  for _, sides in pairs(of) do
    common = common + (sides[1] and sides[2] and 1 or 0)
  end
  return common > 0 and common / math.sqrt(n[1] * n[2]) or 0
end

local function list_metrics(add, list, facts, shown)
  for _, k in ipairs(CUTS) do
    local popularity, tail, novelty = 0, 0, 0
    local n = math.min(k, #list)
    for i = 1, n do
      local item = list[i].item
      shown[k][item] = (shown[k][item] or 0) + 1
      popularity = popularity + (facts.count[item] or 0)
      tail = tail + (facts.tail[item] and 1 or 0)
      novelty = novelty - math.log(math.max(facts.users[item] or 0, 1) / facts.n_users, 2)
    end
    local unlike, n_pairs = 0, 0
    for i = 1, n do
      for j = 1, i - 1 do
        unlike = unlike + 1 - cosine(facts.words[list[i].item], facts.words[list[j].item])
        n_pairs = n_pairs + 1
      end
    end
    add("Diversity@" .. k, n_pairs > 0 and unlike / n_pairs or 0)
    add("AveragePopularity@" .. k, popularity / n)
    add("TailPercentage@" .. k, tail / n)
    add("Novelty@" .. k, novelty / n)
  end
end

local function catalogue_metrics(values, shown, items)
  for _, k in ipairs(CUTS) do
    local total, distinct, entropy, differences = 0, 0, 0, 0
    for _, item in ipairs(items) do
      total = total + (shown[k][item] or 0)
    end
    for _, a in ipairs(items) do
      local p = (shown[k][a] or 0) / total
      distinct = distinct + (p > 0 and 1 or 0)
      entropy = entropy - (p > 0 and p * math.log(p) or 0)
      for _, b in ipairs(items) do
        differences = differences + math.abs((shown[k][a] or 0) - (shown[k][b] or 0))
      end
    end
    values["ItemCoverage@" .. k] = distinct / #items
    values["ShannonEntropy@" .. k] = entropy
    values["GiniIndex@" .. k] = differences / (2 * #items * total)
  end
end

local function facts_of(rows, data)
  local facts = { count = {}, users = {}, tail = {}, words = rows.words, n_users = 0 }
  local order, seen, users = {}, {}, {}
  for _, row in ipairs(rows.train) do
    facts.count[row[2]] = (facts.count[row[2]] or 0) + 1
    if not seen[row[1] .. " " .. row[2]] then
      seen[row[1] .. " " .. row[2]] = true
      facts.users[row[2]] = (facts.users[row[2]] or 0) + 1
    end
    facts.n_users = facts.n_users + (users[row[1]] and 0 or 1)
    users[row[1]] = true
  end
  for i, item in ipairs(data:items()) do
    if facts.count[item] then
      order[#order + 1] = { item = item, at = i }
    end
  end
  table.sort(order, function(a, b)
    local x, y = facts.count[a.item], facts.count[b.item]
    return x < y or (x == y and a.at < b.at)
  end)
  for i = 1, math.max(1, math.floor(#order * 0.1)) do
    facts.tail[order[i].item] = true
  end
  return facts
end

-- Tenths of a list by what it counts, the most first, of equal ones in order: index -> 1 to 10.
local function tenths(list, count)
  local order, of = {}, {}
  for i = 1, #list do
    order[i] = i
  end
  table.sort(order, function(a, b)
    local x, y = count[list[a]] or 0, count[list[b]] or 0
    return x > y or (x == y and a < b)
  end)
  for i, at in ipairs(order) do
    of[list[at]] = tostring((i - 1) * 10 // #list + 1)
  end
  return of
end

-- Names of the slices that users and items are in, "users warm" and so on.
local function slices_of(rows, data, part)
  local items, users, asked, by_user = {}, {}, {}, {}
  for _, row in ipairs(rows.train) do
    by_user[row[1]] = (by_user[row[1]] or 0) + 1
    items[row[2]] = (items[row[2]] or 0) + 1
  end
  for _, user in ipairs(data:users()) do
    local _, n = set_of(rows[part], user)
    asked[#asked + 1] = n > 0 and user or nil
  end
  local item_tenth, user_tenth = tenths(data:items(), items), tenths(asked, by_user)
  return function(user)
    return { "users " .. (by_user[user] and "warm" or "cold"), "user_deciles " .. user_tenth[user] }
  end, function(item)
    return { "items " .. (items[item] and "warm" or "cold"), "item_deciles " .. item_tenth[item] }
  end
end

local function refer(model, rows, data, part, ties)
  local sums, weights, shown, facts = {}, {}, {}, facts_of(rows, data)
  for _, k in ipairs(CUTS) do
    shown[k] = {}
  end
  local function add(name, value, weight)
    sums[name] = (sums[name] or 0) + value * (weight or 1)
    weights[name] = (weights[name] or 0) + (weight or 1)
  end
  local of_user, of_item = slices_of(rows, data, part)
  local place = {}
  for i, item in ipairs(data:items()) do
    place[item] = i
  end
  for _, user in ipairs(data:users()) do
    local relevant, n_relevant = set_of(rows[part], user)
    if n_relevant > 0 then
      local seen = {}
      for _, before in ipairs(PARTS) do
        if before == part then
          break
        end
        for item in pairs(set_of(rows[before], user)) do
          seen[item] = true
        end
      end
      local candidates = {}
      for _, hit in ipairs(model:recommend { user = user, k = data.n_items, exclude_seen = false }) do
        if relevant[hit.item] or not seen[hit.item] then
          candidates[#candidates + 1] = { item = hit.item, score = hit.score, relevant = relevant[hit.item], number = place[hit.item] }
        end
      end
      local ranks, whose = ranks_of(candidates, ties)
      table.sort(candidates, function(a, b)
        return a.score > b.score or (a.score == b.score and place[a.item] < place[b.item])
      end)
      rank_metrics(add, ranks, n_relevant)
      pair_metrics(add, candidates, n_relevant)
      for _, slice in ipairs(of_user(user)) do
        rank_metrics(function(name, value) add(slice .. " " .. name, value) end, ranks, n_relevant)
      end
      local sliced = {}
      for i, rank in ipairs(ranks) do
        for _, slice in ipairs(of_item(whose[i])) do
          sliced[slice] = sliced[slice] or {}
          table.insert(sliced[slice], rank)
        end
      end
      for slice, some in pairs(sliced) do
        rank_metrics(function(name, value) add(slice .. " " .. name, value) end, some, #some)
      end
      list_metrics(add, candidates, facts, shown)
    end
  end
  local values = {}
  for name, sum in pairs(sums) do
    values[name] = sum / weights[name]
  end
  catalogue_metrics(values, shown, data:items())
  return values
end

for round = 1, 6 do
  local rows, data, split = random_data(math.random(5, 40), math.random(12, 50), math.random(60, 300))
  local tied = round % 3 ~= 0
  local model = tied and recnn.model "popularity" or fixture.model()
  model:fit(split, tied and {} or { epochs = 1 })
  for _, part in ipairs { "test", "valid" } do
    for _, ties in ipairs { "pessimistic", "optimistic", "mean", "order" } do
      test(("round %d, %s, %s, ties %s"):format(round, model.name, part, ties), function()
        local want = refer(model, rows, data, part, ties)
        local result = model:evaluate(split[part], {
          topk = CUTS, metrics = "all", ties = ties, slices = { "users", "items", "user_deciles", "item_deciles" },
        })
        local got, n, n_sliced = result:values(), 0, 0
        for _, slice in ipairs(result:slices()) do
          for name, value in pairs(slice.n_users > 0 and slice.values or {}) do
            local reference = want[("%s %s %s"):format(slice.by, slice.name, name)]
            if reference then -- GAUC and those of lists are of the users' slices alone, and are not looked at here
              near(value, reference, 1e-9)
              n_sliced = n_sliced + 1
            end
          end
        end
        for name, value in pairs(want) do
          if name:find " " then
            n_sliced = n_sliced - 1
          else
            near(got[name], value, 1e-9)
            n = n + 1
          end
        end
        equal(n_sliced, 0) -- none that the one has and the other has not
        for name in pairs(got) do
          assert(want[name], name .. " has no reference")
        end
        equal(n, 7 * 3 + 1 + 4 * 3 + 3 * 3)
      end)
    end
  end
end

tap.finish()
