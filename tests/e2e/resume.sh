#!/bin/sh
# A training that is killed at any moment (also while a checkpoint is being written) and started again
# by the same command ends in the same bits as one that was left alone.  RECNN_KILLS=200 kills more
# often than the 20 times of every day.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
models="neural_bpr advanced_ncf variational_autoencoder denoising_autoencoder gru_session"
kills=$((${RECNN_KILLS:-20} / 5))

cat >train.lua <<'END'
local recnn = require "recnn"
local name, runs = arg[1], arg[2]
local sizes = {
  neural_bpr = { embedding_dim = 4, hidden_dims = { 4 } },
  advanced_ncf = { embedding_dim = 4, mlp_dims = { 8 }, n_layers = 1 },
  variational_autoencoder = { latent_dim = 4, encoder_dims = { 8 } },
  denoising_autoencoder = { hidden_dims = { 8, 4 } },
  gru_session = { embedding_dim = 4, hidden_dim = 4 },
}
local data = recnn.synthetic { users = 60, items = 40, seed = 3 }
local rows = (name:find "autoencoder" and 8) or 128
local options = {
  epochs = 4, train_batch_size = rows, learning_rate = 0.01, weight_average = 0.9, patience = 3,
  schedule = { { "warmup", batches = 5 }, "plateau" }, accumulate = 2,
  runs = runs, checkpoint_seconds = 0,
}
if arg[3] == "stop" then -- a signal in the middle of it
  local pid = io.open("/proc/self/stat"):read "n"
  options.on_batch = function(batch)
    if batch.epoch == 2 and batch.batch == 2 then
      io.popen("kill -" .. arg[4] .. " " .. pid):close() -- os.execute would not let SIGINT through
    end
  end
elseif arg[3] == "kill" then -- at a batch, counted from the start of this process
  local pid, left = io.open("/proc/self/stat"):read "n", tonumber(arg[4])
  options.on_batch = function()
    left = left - 1
    if left == 0 then io.popen("kill -9 " .. pid):close() end
  end
elseif arg[3] == "error" then
  options.on_epoch = function(epoch)
    if epoch.epoch == 2 then error "a mistake" end
  end
end
local run = recnn.model(name, sizes[name]):fit(data:split(), options)
print("resumed", run.resumed, run.folder)
END

# outcome FOLDER: what must be the same: the weights, and the history without what clocks say.
outcome() {
  cat "$1"/*/best.safetensors | cksum
  sed -E 's/"(seconds|time|samples_per_second|peak_bytes|valid_seconds)":[0-9.e+-]*,?//g' "$1"/*/history.jsonl
}

# there FILE...: the first, which is what a pattern finds, exists.
there() { [ -e "$1" ]; }

# random SEED LOW HIGH: a number between the two.
random() { awk -v seed="$1" -v low="$2" -v high="$3" 'BEGIN { srand(seed); printf "%.3f", low + (high - low) * rand() }'; }

# kill_at_batch MODEL SEED, kill_by_clock MODEL SEED: start a training and kill it, at one of its batches, or
# wherever it is after a share of the time that a whole one takes here, which may be inside of a write; or
# too late, when it has ended.  The status is that of the process.
kill_at_batch() { recnn-run -q train.lua "$1" "killed-$1" kill "$(random "$2" 1 13 | cut -d. -f1)" >out 2>err; }
kill_by_clock() {
  recnn-run -q train.lua "$1" "killed-$1" >out 2>err &
  process=$!
  sleep "$(random "$2" 0 "$span")"
  kill -9 $process 2>/dev/null
  wait $process 2>/dev/null
}

# kill_often MODEL N: leaves the number of starts that found a checkpoint in `resumed`.
kill_often() {
  killed=0
  resumed=0
  for try in $(seq $((20 * $2))); do
    [ "$killed" -lt "$2" ] || break
    if [ $((try % 2)) -eq 0 ]; then kill_at_batch "$1" "$try"; else kill_by_clock "$1" "$try"; fi
    if [ $? -eq 137 ]; then killed=$((killed + 1)); fi
    if there "killed-$1"/*/result.json; then # it was faster
      outcome "killed-$1" | cmp - "whole-$1.txt" || return 1
      rm -r "killed-$1"
    elif there "killed-$1"/*/last.ckpt; then
      resumed=$((resumed + 1))
    fi
  done
  [ "$killed" -eq "$2" ] || { echo "killed $killed times of $2 in $try tries" && return 1; }
  recnn-run -q train.lua "$1" "killed-$1" >out 2>err || { cat err && return 1; }
  grep -q "^resumed" out && [ "$(ls "killed-$1" | wc -l)" -eq 1 ] || { cat out && ls "killed-$1" && return 1; }
}

same_bits() {
  span=$(date +%s.%N)
  recnn-run -q train.lua "$1" "whole-$1" >out 2>err || { cat err && return 1; }
  span=$(date +%s.%N | awk -v begin="$span" '{ print $1 - begin }')
  outcome "whole-$1" >"whole-$1.txt"
  kill_often "$1" $kills || return 1
  outcome "killed-$1" | diff - "whole-$1.txt" || return 1
  total=$((total + resumed))
}

total=0
for model in $models; do
  check "$model: killed $kills times, the same bits" same_bits "$model"
done
some() { [ $total -gt 0 ] || { echo "no kill left a checkpoint" && return 1; }; }
check "some of the kills left a checkpoint to go on from" some

# broken STATUS TEXT ARGUMENT...: a run that is broken off, what it says, and that it is gone on with.
broken() {
  want=$1
  text=$2
  shift 2
  rm -rf "broken"
  timeout 300 env --default-signal=INT recnn-run -q train.lua neural_bpr broken "$@" >out 2>err
  got=$?
  [ $got -eq "$want" ] || { echo "exit status $got, expected $want" && cat err && return 1; }
  grep -qF "$text" err && grep -qF "the same command goes on from broken/" err || { cat err && return 1; }
  there broken/*/last.ckpt && ! there broken/*/result.json || { ls broken/* && return 1; }
  recnn-run -q train.lua neural_bpr broken >out 2>err || { cat err && return 1; }
  grep -qE "^resumed	[1-9]" out && outcome broken | diff - whole-neural_bpr.txt
}
check "an error in a callback: a checkpoint" broken 1 "a mistake" error
if env --default-signal=INT true 2>/dev/null && [ -r /proc/self/stat ]; then
  check "SIGINT: a checkpoint, and 130" broken 130 "interrupted!" stop INT
  check "SIGTERM: a checkpoint, and 143" broken 143 "terminated!" stop TERM
else
  skip "signals" "this env cannot reset them"
fi

# A file size limit is what a full disk is: writing stops in the middle.  (1 block: 512 or 1024 bytes.)
full_disk() {
  rm -rf full
  recnn-run -q train.lua neural_bpr full error >out 2>err
  before=$(cat full/*/last.ckpt | cksum)
  # what it says goes through a pipe, since files may not grow
  (trap '' XFSZ; ulimit -f 1; recnn-run -q train.lua neural_bpr full 2>&1 >/dev/null; echo $? >status) | cat >err
  got=$(cat status)
  [ "$got" -eq 1 ] && grep -qF "warning: cannot write" err && grep -qF "File too large" err ||
    { echo "exit status $got" && cat err && return 1; }
  [ "$(cat full/*/last.ckpt | cksum)" = "$before" ] || { echo "the checkpoint is another" && return 1; }
  [ -z "$(find full -name '.*.tmp')" ] || { find full && return 1; }
  recnn-run -q train.lua neural_bpr full >out 2>err || { cat err && return 1; }
  outcome full | diff - whole-neural_bpr.txt
}
check "a full disk is reported, and the checkpoint before is intact" full_disk
read_only() {
  mkdir locked && chmod 500 locked
  recnn-run -q train.lua neural_bpr locked/runs >out 2>err
  got=$?
  chmod 700 locked
  [ $got -eq 1 ] && grep -qF "cannot make the folder locked/runs" err || { cat err && return 1; }
}
if [ "$(id -u)" -ne 0 ]; then check "a read-only folder is reported" read_only; else skip "a read-only folder" "root may write everywhere"; fi
two() {
  recnn-run -q train.lua neural_bpr two >out1 2>err &
  first=$!
  recnn-run -q train.lua neural_bpr two >out2 2>err2
  wait $first && [ "$(ls two | wc -l)" -eq 2 ] || { ls two && cat err err2 && return 1; }
  for folder in two/*; do
    mkdir one && mv "$folder" one/ && outcome one | diff - whole-neural_bpr.txt || return 1
    rm -r one
  done
}
check "two at once in one folder do not mix" two
finish
