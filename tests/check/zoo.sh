#!/bin/sh
# recnn-check plugin against plugins that are wrong in one way each: the check that is made for it
# is the first to fail (one mistake may show in several), with a text that helps.
. "${srcdir:?}/tests/lib/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
zoo=${builddir:?}/tests/check/zoo/.libs

# fails NAME ROW TEXT: the first row of NAME that fails is ROW, and says TEXT.
fails() {
  recnn-check -q --timeout "${timeout:-300}" plugin "$zoo/faulty_$1.so" >"$work/out" 2>"$work/err"
  status=$?
  grep -F 'FAILED' "$work/out" | head -n 1 >"$work/failed"
  if [ $status -ne 1 ]; then
    fail "faulty_$1: exit status 1, got $status" "$work/out"
  elif ! grep -q "^$2  *FAILED: " "$work/failed"; then
    fail "faulty_$1: $2 fails first" "$work/failed"
  elif ! grep -qF -- "$3" "$work/failed"; then
    fail "faulty_$1: $2 says $3" "$work/failed"
  else
    pass "faulty_$1: $2: ... $3 ..."
  fi
}

# model NAME ROW TEXT, op NAME ROW TEXT
model() { fails "$1" "faulty_$1/$2" "$3"; }
op() { fails "$1" "faulty_$1_cube/$2" "$3"; }

for name in nothing op_nothing; do
  recnn-check plugin "$zoo/faulty_$name.so" >"$work/out" 2>&1
  check "faulty_$name passes" grep -q '^[1-9][0-9]* passed, 0 failed$' "$work/out"
done

fails manifest manifest 'expected an SPDX identifier'
if [ -z "$SANITIZERS" ]; then
  fails exports exports 'exports faulty_helper'
  fails needs needs 'needs the symbol g_free of GLib'
  fails constructor constructors 'has 1 constructors, expected none'
fi
model option_doc options 'option depth is documented as ""'
model option_value options 'option variant = fancy'
model create create 'two models of the same seed begin with different weights'
model loss loss 'loss() returned float32 (12), expected one float32'
model gradient loss 'the loss depends on no trainable parameter'
model one 'one row' 'a row must not depend on the others'
model empty 'no rows' 'the loss of a batch without rows is'
model range range 'item 41 was taken, though there are 0 to 40'
model nan NaN 'with NaN in field rating the loss is'
model again threads 'other weights after 4 steps when the same training is done again'
model instances instances 'do they share a variable?'
model evaluation evaluation 'evaluation changed its parameters'
model blocks blocks 'in a block of 17 items'
model save 'save and load' 'beside its parameters and buffers'
model learning learning 'it does not learn 12 rows in 600 steps'
model recommend recommend 'place 1 for user 0 is item'
model leak leak 'bytes behind'
model files leak 'open files behind'
fails loss_value faulty_loss_value/value 'does not depend on the scores'
op op_samples samples 'it has 0 samples, expected at least 2'
op op_gradients gradients 'differences give'
op op_accumulation accumulation 'the gradient of input 0 is zero: does it add?'
op op_strides strides 'another output with'
op op_threads threads 'another output with'
op op_draws draws 'another output when the same step is done again'
op op_empty 'no rows' 'there is no first element'
fails optimizer faulty_optimizer/bits 'when each row is a piece of its own, after 4 steps'
fails optimizer_rows faulty_optimizer_rows/bits 'when the gradient is one of rows'
fails metric FaultyMetric/values 'no items, k = 3: '
fails sampler faulty_sampler/draws 'drew 30, expected 0 to 29'
fails format faulty_format/samples 'pairs has 2 users, 1 items and 2 interactions, expected 2, 2 and 3'
timeout=2
model hang loss 'it was not done after 2 seconds'
timeout=300
if [ -z "$SANITIZERS" ]; then
  model crash loss 'it crashed with signal 11'
  fails constructor_crash load 'it crashed with signal 11'
  model op_crash loss 'it crashed with signal 11'
  model exit create 'it ended the process with exit status 3'
fi

# What cannot be loaded is a failed check too, and the next one goes on.
recnn-check plugin "$builddir/tests/abi/zoo/.libs/zoo_magic.so" "$zoo/faulty_nothing.so" >"$work/out" 2>&1
check "a plugin that is refused: exit status 1" test $? -eq 1
check "... says why" grep -q '^load  *FAILED: .*field magic is 0x12345678' "$work/out"
check "... and the next one is checked" grep -q '^faulty_nothing/learning  *ok' "$work/out"

recnn-check plugin no_such_plugin >"$work/out" 2>"$work/err"
check "a name that nobody has: exit status 2" test $? -eq 2
check "... says where it was looked for" grep -q 'no plugin "no_such_plugin"; folders searched: /' "$work/err"
recnn-check plugin "$work/none.so" >"$work/out" 2>"$work/err"
check "a file that is not there: exit status 2" test $? -eq 2
recnn-check --timeout 0 plugin "$zoo/faulty_nothing.so" >"$work/out" 2>"$work/err"
check "a timeout of 0: exit status 2" test $? -eq 2

recnn-check --json plugin "$zoo/faulty_nan.so" >"$work/out" 2>"$work/err"
check "JSON: exit status 1" test $? -eq 1
check "... the failed row" grep -q '"what" : "faulty_nan/NaN"' "$work/out"
check "... its verdict" grep -q '"verdict" : "failed"' "$work/out"
check "... the counts" grep -q '"failed" : 1' "$work/out"
finish
