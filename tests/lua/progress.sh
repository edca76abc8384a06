#!/bin/sh
# The progress display on a terminal: a bar that is redrawn and leaves no trace, in the terminal's width,
# with colour and UTF-8 only where they are wanted.
. "${srcdir:?}/tests/lib/tap.sh"
command -v script >/dev/null || skip_all "there is no script(1) to make a terminal with"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1

# Epochs of several batches each, enough of them that the bar is drawn some times.
cat >train.lua <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 300, items = 100 }
local model = recnn.model("neural_bpr", { embedding_dim = 8, hidden_dims = { 16 } })
local started, n = os.time(), 0
recnn.trainer({ epochs = 100000, patience = 0, train_batch_size = 16, on_epoch = function()
  n = n + 1
  return n < 2 or os.time() < started + 2
end }):fit(model, data:split { ratio = { 0.9, 0.05, 0.05 } })
END

# on_terminal COLUMNS VARIABLE=VALUE...: what the terminal got is in `screen`.
on_terminal() {
  columns=$1
  shift
  env TERM=xterm LC_ALL=C.UTF-8 NO_COLOR= "$@" \
    script -qec "stty cols $columns rows 24; recnn-run train.lua" /dev/null >screen 2>&1 </dev/null
}
esc=$(printf '\033')

begun=$(date +%s)
on_terminal 100
elapsed=$(($(date +%s) - begun + 1))
drawn() { grep -q 'epoch 1/100000 .*loss .*/s .*ETA ' screen; }
check "the bar has epoch, loss, rate and ETA" drawn
utf8() { grep -q "▕" screen; }
check "in UTF-8 where the locale is" utf8
colour() { grep -qF "${esc}[36m" screen; }
check "with colour" colour
# Each finished epoch's line begins on a line that was cleared.
cleared() { ! tr '\r' '\n' <screen | grep -F "ETA" | grep -vq "$esc\[K"; }
check "each drawing clears the rest of its line" cleared
done_line() { tail -n 1 screen | grep -q "^.*done: .* epochs in .* s"; }
check "at the end a line says what was done" done_line
throttled() {
  n=$(grep -o "ETA" screen | wc -l)
  batches=$(tail -n 1 screen | sed 's/.*done: \([0-9]*\) epochs.*/\1/')
  echo "$n drawings in $elapsed s and $batches epochs"
  [ "$n" -ge 1 ] && [ "$n" -le $((10 * elapsed + 5)) ]
}
check "it is redrawn about ten times a second, not for each batch" throttled

on_terminal 40 LC_ALL=C NO_COLOR=1
ascii() { ! grep -q "▕" screen && ! LC_ALL=C grep -q "[^ -~[:cntrl:]]" screen; }
check "plain ASCII in the C locale" ascii
no_colour() { ! grep -qE "$esc\[[0-9;]*m" screen; }
check "no colour with NO_COLOR" no_colour
narrow() {
  tr '\r' '\n' <screen | grep "^epoch.*$esc" | sed "s/$esc\[[0-9;]*[A-Za-z]//g" |
    awk 'length($0) > 39 { print "too wide: " $0; bad = 1 } { n++ } END { exit bad || n == 0 }'
}
check "no drawing is wider than the terminal" narrow

on_terminal 80 TERM=dumb
dumb() { ! grep -q "$esc" screen && grep -q "^epoch 1/100000" screen; }
check "plain lines on a dumb terminal" dumb

quiet() {
  env TERM=xterm script -qec "recnn-run --quiet train.lua" /dev/null >screen 2>&1 </dev/null
  [ ! -s screen ] || { cat screen && return 1; }
}
check "nothing with --quiet" quiet

cat >fail.lua <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 300, items = 100 }
local model = recnn.model("neural_bpr", { embedding_dim = 8, hidden_dims = { 16 } })
model:fit(data:split(), { epochs = 3, on_epoch = function() error "it broke" end })
END
failing() {
  env TERM=xterm script -qec "recnn-run fail.lua" /dev/null >screen 2>&1 </dev/null
  tr '\r' '\n' <screen | grep "recnn-run: " | grep -q "^recnn-run: .*it broke"
}
check "an error's text begins on a line of its own" failing
finish
