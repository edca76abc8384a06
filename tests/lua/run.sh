#!/bin/sh
# recnn-run's command line: exit statuses, texts, what the script gets to see, and Ctrl-C.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

# run STATUS ARGUMENT...: leaves standard output in `out` and standard error in `err`; fails unless
# recnn-run ends with STATUS.
run() {
  want=$1
  shift
  recnn-run "$@" >out 2>err </dev/null
  got=$?
  [ $got -eq "$want" ] || {
    echo "recnn-run $*: exit status $got, expected $want; standard error:"
    cat err
    return 1
  }
}

# has FILE TEXT...: each text is in the file.
has() {
  in=$1
  shift
  for text in "$@"; do
    grep -qF -e "$text" "$in" || { echo "'$text' is not in:" && cat "$in" && return 1; }
  done
}

empty_file() { [ ! -s "$1" ] || { echo "$1 is not empty:" && cat "$1" && return 1; }; }

# --- the command line

help() { run 0 --help && has out "Usage: recnn-run" "--plugins" "--threads" "--quiet" && empty_file err; }
check "--help" help
version() { run 0 --version && grep -qE '^recnn-run [0-9]+\.[0-9]+\.[0-9]+ \(Lua 5\.4' out && empty_file err; }
check "--version" version
short() { run 0 -h && has out "Usage:" && run 0 -V && has out "recnn-run "; }
check "-h and -V" short

no_script() { run 2 && has err "no script" "--help" && empty_file out; }
check "no script" no_script
unknown() { run 2 --quite x.lua && has err "unknown option --quite" "did you mean --quiet"; }
check "an unknown option, and the nearest" unknown
unknown_far() { run 2 --zzzzzzzzzz x.lua && has err "unknown option --zzzzzzzzzz" && ! grep -q "did you mean" err; }
check "an unknown option that is near to nothing" unknown_far
unknown_short() { run 2 -x && has err "unknown option -x"; }
check "an unknown short option" unknown_short
missing_value() { run 2 -p && has err "-p needs a folder" && run 2 --threads && has err "--threads needs a number"; }
check "an option without its value" missing_value
bad_threads() {
  run 2 --threads many x.lua && has err "many" && run 2 --threads 0 x.lua && has err "0" &&
    run 2 --threads=99999999999 x.lua && run 2 -t1.5 x.lua && has err "1.5"
}
check "--threads with what is no number of threads" bad_threads
bad_folder() { run 2 -p "$place/none" x.lua && has err "$place/none" "no such folder"; }
check "-p with what is no folder" bad_folder
no_file() { run 2 none.lua && has err "none.lua" "No such file" && empty_file out; }
check "a script that is not there" no_file
folder() { run 2 . && has err "."; }
check "a script that is a folder" folder

# --- the script

cat >args.lua <<'END'
print(arg[0], #arg, select("#", ...), ...)
print(arg[1], arg[2], arg[-1] ~= nil)
END
arguments() { run 0 args.lua -q "two words" && has out "args.lua	2	2	-q	two words" "-q	two words	true"; }
check "arguments are passed on, those that look like options too" arguments
dashes() { run 0 -- args.lua && has out "args.lua	0	0"; }
check "-- ends the options" dashes
stdin() { echo 'print(arg[0], arg[1])' | recnn-run - one >out 2>err && has out "-	one"; }
check "- is standard input" stdin
echo 'local recnn = require "recnn"; print(recnn.version, package.preload["recnn.core"] ~= nil)' >require.lua
found() { run 0 require.lua && has out "true"; }
check "require finds recnn" found

echo 'local function inner() error("it broke") end; inner()' >error.lua
traceback() { run 1 error.lua && has err "error.lua:1: it broke" "stack traceback:" "in upvalue 'inner'" || has err "in local 'inner'"; }
check "an error gives 1 and a traceback" traceback
echo 'error({})' >table.lua
table_error() { run 1 table.lua && has err "error object is a table value"; }
check "an error that is no text" table_error
echo 'error(setmetatable({}, { __tostring = function() return "a named error" end }))' >named.lua
named_error() { run 1 named.lua && has err "a named error"; }
check "an error that has a text" named_error
echo 'error()' >nil.lua
nil_error() { run 1 nil.lua && has err "error object is a nil value"; }
check "an error without a value" nil_error
echo 'local x = = 1' >syntax.lua
syntax() { run 1 syntax.lua && has err "syntax.lua:1:"; }
check "a script with a mistake in it gives 1" syntax
echo 'require("recnn").model("neural_bpr", { embeding_dim = 8 })' >option.lua
option() { run 1 option.lua && has err "option.lua:1: model neural_bpr" "did you mean embedding_dim" "stack traceback:"; }
check "an error of recnn names the script's line" option
echo 'os.exit(7)' >exit.lua
check "os.exit gives its status" run 7 exit.lua
echo 'print("x")' >print.lua
full() { recnn-run print.lua >/dev/full 2>err; [ $? -eq 1 ] && has err "standard output"; }
if [ -w /dev/full ]; then check "output that is lost is an error" full; fi

# --- what the options do

echo 'print(require("recnn").threads())' >threads.lua
threads() { run 0 --threads 3 threads.lua && has out 3 && run 0 -t2 threads.lua && has out 2 && run 0 --threads=1 threads.lua && has out 1; }
check "--threads" threads
mkdir a b
echo 'print(table.concat(require("recnn").plugin_path(), " "))' >path.lua
plugins() { run 0 -p a --plugins=b path.lua && grep -q "^$place/a $place/b " out; }
check "-p, the first given is searched first" plugins
cat >train.lua <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 60, items = 40 }
local model = recnn.model("neural_bpr", { embedding_dim = 4, hidden_dims = { 4 } })
local run = recnn.trainer({ epochs = 2, topk = { 5 }, valid_metric = "NDCG@5" }):fit(model, data:split())
print("trained", run.epochs)
END
quiet() { run 0 --quiet train.lua && empty_file err && has out "trained	2" && run 0 -q train.lua && empty_file err; }
check "--quiet" quiet
plain() {
  run 0 train.lua && has err "neural_bpr on" "epoch 1/2  loss " "epoch 2/2  loss " "NDCG@5 0." "2 epochs in" &&
    has out "trained	2" && [ "$(wc -l <err)" -eq 4 ] && ! grep -q "$(printf '\r')" err && ! grep -q "$(printf '\033')" err
}
check "lines of progress where standard error is no terminal" plain
quiet_in_script() {
  { echo 'require("recnn").quiet(true)' && cat train.lua; } >silent.lua && run 0 silent.lua && empty_file err
}
check "recnn.quiet" quiet_in_script

# --- Ctrl-C.  The background jobs of a script ignore it, so it is set to its default first.

cat >interrupt.lua <<'END'
local recnn = require "recnn"
local pid = io.open("/proc/self/stat"):read "n"
local open <close> = setmetatable({}, { __close = function() print "closed" io.stdout:flush() end })
local data = recnn.synthetic { users = 60, items = 40 }
local model = recnn.model("neural_bpr", { embedding_dim = 4, hidden_dims = { 4 } })
local options = { epochs = 1000000, patience = 0 }
if arg[1] == "batch" then -- from outside, while the training runs
  io.popen("(sleep 0.5; kill -INT " .. pid .. ") >/dev/null 2>&1 &"):close()
elseif arg[1] == "coroutine" then
  io.popen("(sleep 0.5; kill -INT " .. pid .. ") >/dev/null 2>&1 &"):close()
  coroutine.wrap(function() model:fit(data:split { ratio = { 1, 0, 0 } }, options) end)()
elseif arg[1] == "loop" then
  io.popen("(sleep 0.5; kill -INT " .. pid .. ") >/dev/null 2>&1 &"):close()
  while true do end
end
model:fit(data:split { ratio = { 1, 0, 0 } }, options)
END
# A signal that does not get through must not let the test run for ever.
interruptible() { timeout 300 env --default-signal=INT "$@" >out 2>err </dev/null; }
interrupt() {
  interruptible recnn-run -q interrupt.lua "$1"
  [ $? -eq 130 ] || { cat err && return 1; }
  has err "interrupted!" "stack traceback:" && has out closed
}
if env --default-signal=INT true 2>/dev/null && [ -r /proc/self/stat ]; then
  check "Ctrl-C ends a training between batches" interrupt batch
  check "Ctrl-C ends a training in a coroutine" interrupt coroutine
  case ${SANITIZERS:-} in
    *thread*) skip "Ctrl-C ends a loop in Lua" "ThreadSanitizer delivers no signal to a loop without calls" ;;
    *) check "Ctrl-C ends a loop in Lua" interrupt loop ;;
  esac
else
  skip "Ctrl-C" "this env cannot reset signals"
fi
if [ -z "${SANITIZERS:-}" ] && env --default-signal=INT true 2>/dev/null && [ -r /proc/self/stat ]; then
  stock() {
    interruptible "${LUA:?}" interrupt.lua batch
    [ $? -eq 1 ] && has err "interrupted!" && has out closed
  }
  check "Ctrl-C ends a training in a stock lua" stock
fi
ignored() {
  cat >ignored.lua <<'END'
local pid = io.open("/proc/self/stat"):read "n"
io.popen("kill -INT " .. pid):close()
print "went on"
END
  (trap '' INT && exec recnn-run ignored.lua >out 2>err) && has out "went on"
}
check "where SIGINT is ignored it stays so" ignored
finish
