#!/bin/sh
# recnn-inspect: what it shows, as text and as JSON, and how it takes mistakes.
. "${srcdir:?}/tests/lib/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
zoo=${builddir:?}/tests/abi/zoo/.libs
cp "$zoo/zoo_good.so" "$zoo/zoo_op.so" "$zoo/zoo_magic.so" "$work"
unset RECNN_PLUGIN_PATH

# run STATUS ARGUMENT...: into $work/out and $work/err; passes with that exit status.
run() {
  status=$1
  shift
  recnn-inspect "$@" >"$work/out" 2>"$work/err"
  is=$?
  if [ $is -eq "$status" ]; then
    pass "recnn-inspect $*: exit status $status"
  else
    fail "recnn-inspect $*: exit status $status, got $is" "$work/err"
  fi
}
# says FILE TEXT...: FILE (out or err) has each TEXT.
says() {
  file=$1
  shift
  for text in "$@"; do
    if grep -qF -- "$text" "$work/$file"; then pass "... $file: $text"; else fail "... $file: $text" "$work/$file"; fi
  done
}
# silent FILE
silent() { empty "... nothing on $1" "$work/$1"; }

run 0 -p "$work"
says out "zoo_good 1.0.0 (Apache-2.0): An animal of the zoo" "$work/zoo_good.so" "recnn.op/1 zoo_square" \
  Refused "field magic is 0x12345678" "Folders searched" "  $work" recnn.graph/1 recnn.model/1
silent err
run 0 -p "$work" --json
says out '"plugin" : "zoo_good"' '"reason" : "plugin ' '"recnn.config/1"' '"refused" : ['
silent err

run 0 -p "$work" zoo_good
says out "model zoo_good: An animal" "zoo_good 1.0.0 (Apache-2.0), $work/zoo_good.so" "predict, fit" "No options"
run 0 -p "$work" zoo_good --json
says out '"model" : "zoo_good"' '"train_fields" : null' '"options" : []'
run 0 -p "$work" zoo_op
says out "plugin zoo_op 1.0.0" "recnn.op/1 zoo_square"
run 0 -p "$work" zoo_square
says out "zoo_square: 1 input, of plugin zoo_op" "x * x, of any shape"
run 0 -p "$work" --ops
says out "zoo_square: 1 input, of plugin zoo_op"
run 0 --ops
if grep -q zoo_square "$work/out"; then fail "... without the folder it is gone"; else pass "... without the folder it is gone"; fi
run 0 -p "$work" --ops --json
says out '"op" : "zoo_square"' '"max_inputs" : 1' '"gradient" : true'

# The first folder given wins.
mkdir "$work/second"
cp "$zoo/zoo_good.so" "$work/second"
run 0 -p "$work/second" -p "$work" zoo_good
says out "$work/second/zoo_good.so"

for format in "" --json; do
  # shellcheck disable=SC2086 # empty means none
  run 0 --system $format
  says out "OpenBLAS"
  silent err
done
says out '"cpu_features" : [' '"blas_core_type_chosen_by" : "' '"threads" : '
RECNN_NUM_THREADS=1 recnn-inspect --system >"$work/out"
says out "threads       1"
OPENBLAS_CORETYPE=Haswell recnn-inspect --system >"$work/out"
says out "the environment (OPENBLAS_CORETYPE)"

run 0 --help
says out "--system" "Exit status"
run 0 --version
says out "recnn-inspect $(recnn-run --version | cut -d ' ' -f 2)"

# Mistakes.
run 1 -p "$work" zoo_godo
silent out
says err 'no model, plugin or op "zoo_godo"' "did you mean zoo_good?" "$work"
run 1 -p "$work" zoo_magic
silent out
says err "field magic is 0x12345678, expected 0x4e434552"
run 1 -p "$work/nowhere" zoo_good
says err "$work/nowhere"
run 2 --sytem
silent out
says err "--sytem" "Try recnn-inspect --help"
run 2 zoo_good zoo_op
says err "one NAME"
run 2 --ops --system
says err "only one of"
run 2 -p
silent out
if [ -w /dev/full ]; then
  recnn-inspect >/dev/full 2>"$work/err"
  check "a full disk: exit status 1" test $? -eq 1
  says err "cannot write"
else
  skip "a full disk" "there is no /dev/full"
fi
finish
