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

# Everything else that has a name.
run 0 adam
says out "optimizer adam" "learning_rate" "PyTorch"
run 0 ndcg --json
says out '"metric" : "NDCG"' '"options" : []'
run 0 uniform
says out "sampler uniform"
run 0 -p "$work" --list
says out zoo_good zoo_magic matmul NDCG

# Sizes, of a model of ours.
plugins=$builddir/plugins/.libs
run 0 -p "$plugins" neural_bpr --users 10 --items 20 --set embedding_dim=4 --set hidden_dims=8
says out "user_embedding.weight" "float32 (20, 4)" "201 numbers to train" "weights   804 bytes" "training  3.2"
run 0 -p "$plugins" deepfm --features 7,6,5 --json
says out '"weights_bytes" : ' '"name" : "'
run 0 -p "$plugins" --man neural_bpr
says out '.TH "neural_bpr" 7' '.B embedding_dim' 'Default: 64.' '\- '
if command -v groff >/dev/null; then
  groff -man -Tutf8 -ww "$work/out" >"$work/page" 2>"$work/warnings"
  empty "... groff has no objection" "$work/warnings"
else
  skip "... groff has no objection" "groff is not installed"
fi
run 1 -p "$plugins" neural_bpr --users 10
says err 'asks for the number of "items"'
run 1 -p "$plugins" neural_bpr --users 10 --items 20 --set embedding_dims=4
says err "embedding_dims" "did you mean embedding_dim?"
run 1 -p "$plugins" deepfm --features 7,x
says err '--features 7,x: "x"'
run 1 adam --users 3
says err "only models have a size"
run 2 --users 3
says err "need the NAME of a model"
run 2 --man
says err "--man needs a NAME"

# Completion.
completes() {
  bash -c '. "$1/tools/completion/recnn.bash"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _recnn
    printf "%s\n" "${COMPREPLY[@]}"' - "$srcdir" "$@" >"$work/out" 2>"$work/err"
}
if command -v bash >/dev/null; then
  completes recnn-inspect -p "$work" zoo_g
  says out zoo_good
  silent err
  completes recnn-inspect --sys
  says out --system
  completes recnn-check -p "$work" plugin zoo_o
  says out zoo_op
else
  skip "completion" "bash is not installed"
fi
if command -v zsh >/dev/null; then
  check "recnn.zsh is zsh" zsh -n "$srcdir/tools/completion/recnn.zsh"
else
  skip "recnn.zsh is zsh" "zsh is not installed"
fi

# Mistakes.
run 1 -p "$work" zoo_godo
silent out
says err 'no model, plugin, op, optimizer, loss, format, sampler or metric "zoo_godo"' "did you mean zoo_good?" "$work"
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
