#!/bin/sh
# recnn-run --plan tells what memory a training takes, without training; a memory_limit refuses what would
# take more, before the first batch, and changes nothing else.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

# MODEL OPTIONS TRAINER: the last line is what the process had at its largest, and at its beginning.
cat >train.lua <<'END'
local recnn = require "recnn"
local function status(what)
  local file = io.open("/proc/self/status")
  return tonumber(file:read("a"):match(what .. ":%s*(%d+)")) * 1024
end
local function options(text) return load("return " .. text)() end
local base = status "VmRSS"
local data = recnn.synthetic { users = 60, items = 15000, interactions_per_user = 120, seed = 3 }
local model, split = recnn.model(arg[1], options(arg[2])), data:split { seed = 1 }
local run = model:fit(split, options(arg[3]))
local result = run:evaluate(split.test)
print("best", run.best_epoch, run.best_value, ("%.4f"):format(result["NDCG@10"]))
print("used", status "VmHWM", base)
END

# near MODEL OPTIONS TRAINER: the plan's growth of the process is that of the training, within 10 %.
near() {
  recnn-run --plan train.lua "$@" >plan 2>err || { cat err && return 1; }
  recnn-run -q train.lua "$@" >run 2>err || { cat err && return 1; }
  cat plan run
  awk '/^trainings planned: 1; / { planned = $(NF - 1) * ($NF == "GB" ? 1e9 : 1e6) }
    FILENAME == "plan" && /^used/ { base = $3 }
    FILENAME == "run" && /^used/ { used = $2 - $3 }
    END {
      planned -= base
      printf "planned %.1f MB, used %.1f MB\n", planned / 1e6, used / 1e6
      exit !(used > 1e8 && planned > 0.9 * used && planned < 1.1 * used)
    }' plan run
}
if [ -n "${SANITIZERS:-}" ]; then
  skip "plans and what is used" "sanitizers have memory of their own"
elif ! grep -q VmHWM /proc/self/status 2>/dev/null; then
  skip "plans and what is used" "this system does not tell what a process uses"
else
  check "pairs" near neural_bpr '{embedding_dim = 256}' '{epochs = 1}'
  check "pairs: hard negatives, accumulated, averaged" near neural_bpr '{embedding_dim = 256}' \
    '{epochs = 1, accumulate = 3, negative_candidates = 4, weight_average = 0.9}'
  check "rows of users" near variational_autoencoder '{encoder_dims = {200}}' '{epochs = 1, train_batch_size = 32}'
  check "sequences, a learner without state" near gru_session '{embedding_dim = 200, hidden_dim = 100}' \
    '{epochs = 1, train_batch_size = 128, learner = "sgd"}'
  check "tied weights, no validation" near denoising_autoencoder '{hidden_dims = {400}}' \
    '{epochs = 1, train_batch_size = 32, eval_step = 0, learner = "adagrad"}'
fi

# --- what a script sees

cat >script.lua <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 60, items = 40, seed = 3 }
local split = data:split()
local results = {}
for _, name in ipairs { "popularity", "neural_bpr", "advanced_ncf" } do
  local model = recnn.model(name)
  local run = model:fit(split, { epochs = 5, runs = "runs", on_epoch = function() error "an epoch" end })
  print(name, run.epochs, run.best_epoch, ("%.3f"):format(run.best_value), recnn.planning())
  for _, epoch in ipairs(run.history) do
    print(("%d %.4f %.4f %.1f"):format(epoch.epoch, epoch.loss, epoch.valid_value, epoch.seconds))
  end
  local result = model:evaluate(split.test, { topk = { 5, 10 }, metrics = "all" })
  print(("%.4f"):format(result["NDCG@10"]))
  result:write { values = "values.tsv" }
  model:save("bundle-" .. name)
  results[#results + 1] = { name, result }
end
recnn.write_file("table.txt", recnn.compare(results))
print(#recnn.model("neural_bpr"):fit(split):evaluate(split.test):per_user "NDCG@10" > 0)
END
script() {
  recnn-run --plan script.lua >out 2>err || { cat out err && return 1; }
  cat out
  [ ! -s err ] && grep -qx "neural_bpr	1	1	nan	true" out && grep -qx "1 nan nan 0.0" out || { cat err && return 1; }
  [ "$(grep -c '^plan of ' out)" -eq 4 ] && grep -q '^trainings planned: 4; ' out &&
    grep -qE '^  user_embedding.weight \(60 x [0-9]+\) ' out && grep -q '^evaluation of popularity on test: ' out &&
    ls | sort | tr '\n' ' ' | grep -qE '^err (log )?out (plan run )?script.lua train.lua ' || { ls && return 1; }
}
check "a script goes through to its end, and writes nothing" script

cat >mistake.lua <<'END'
local recnn = require "recnn"
local split = recnn.synthetic({ users = 60, items = 40, seed = 3 }):split()
local run = recnn.model("neural_bpr"):fit(split)
assert(run.best_value > 0, "worse than nothing")
END
mistake() {
  recnn-run --plan mistake.lua >out 2>err
  [ $? -eq 1 ] && grep -q '^trainings planned: 1; ' out && grep -q "worse than nothing" err &&
    grep -q "the plan ends here; what the script would have done next is not in it" err || { cat out err && return 1; }
}
check "a script that needs numbers ends with what was planned, and says so" mistake
wrong() {
  sed 's/fit(split)/fit(split, { valid_metric = "NCDG" })/' mistake.lua >wrong.lua
  recnn-run --plan wrong.lua >out 2>err
  [ $? -eq 1 ] && grep -q 'option valid_metric' err || { cat out err && return 1; }
}
check "a mistake in the options is found" wrong

# --- memory_limit

cat >limit.lua <<'END'
local recnn = require "recnn"
local split = recnn.synthetic({ users = 60, items = 400, seed = 3 }):split()
local batches = 0
local function fit(limit, dim)
  batches = 0
  local model = recnn.model("advanced_ncf", { embedding_dim = dim })
  local run = model:fit(split, { epochs = 2, memory_limit = limit, on_batch = function() batches = batches + 1 end })
  local hits = model:recommend { user = split.data:users()[1], k = 5 }
  return ("%a %a %a"):format(run.history[2].loss, run.history[2].grad_norm, hits[1].score)
end
local function refused(limit, dim, ...)
  local ok, text = pcall(fit, limit, dim)
  print(text)
  assert(not ok and batches == 0)
  for _, part in ipairs { ... } do assert(text:find(part, 1, true), part) end
end
assert(fit("", 16) == fit("4 GB", 16) and fit("", 16) == fit(4000000000, 16))
refused("120 MB", 20000, "memory_limit is 120.0 MB", "embedding", "bytes") -- the weights alone
refused("250 MB", 20000, "memory_limit is 250.0 MB, and this training takes more than", "optimizer's state", "adagrad")
refused(1000, 16, "memory_limit is 1.0 kB, and the process has", "already")
refused("2 gigs", 16, 'option memory_limit: got "2 gigs"', "2 GB")
refused("-1", 16, 'option memory_limit: got "-1"')
local plan = recnn.trainer({ memory_limit = "1 GiB" }):plan(recnn.model "neural_bpr", split)
local sum = 0
for _, part in ipairs(plan.parts) do sum = sum + part.bytes end
assert(sum == plan.total and plan.batch_rows > 0 and plan.text:find("optimizer's state", 1, true))
END
limit() { recnn-run -q limit.lua; }
if [ -n "${SANITIZERS:-}" ]; then
  skip "memory_limit" "sanitizers have memory of their own"
else
  check "memory_limit refuses before the first batch, and changes no bits" limit
fi
finish
