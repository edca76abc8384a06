#!/bin/sh
# A plugin by somebody who has the headers and a compiler, and nothing else of recnn: one line builds
# it, in C and in C++, recnn-inspect shows it, and recnn-run trains it.
. "${srcdir:?}/tests/lib/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=$srcdir/tests/abi/out-of-tree
warnings="-Wall -Wextra -pedantic -Werror"

cat >"$work/train.lua" <<'END'
local recnn = require "recnn"
local data = recnn.dataset(recnn.synthetic { users = 60, items = 40, seed = 1 })
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 1 }
local model = recnn.model(arg[1], { mean = 3 })
local run = recnn.trainer { epochs = 3, learning_rate = 0.05 }:fit(model, split)
assert(run.history[3].loss < run.history[1].loss, "the loss does not fall")
assert(#model:recommend { user = data:users()[1], k = 5 } == 5)
END

# try NAME COMMAND...: what COMMAND built is shown and trained.
try() {
  name=$1
  shift
  check "$name: one line builds it" "$@"
  recnn-inspect -p "$work" "$name" >"$work/shown" 2>&1
  check "$name: recnn-inspect shows its options" grep -q '^  scale  *float  *(0,1]  *= 0.01  ' "$work/shown"
  check "$name: ... and its file" grep -qF "$work/$name.so" "$work/shown"
  check "$name: recnn-run trains it" recnn-run --quiet -p "$work" "$work/train.lua" "$name"
}

# shellcheck disable=SC2086 # the variables hold several words
try bias ${CC:-cc} $warnings -shared -fPIC -I"$srcdir/include" -o "$work/bias.so" "$sources/bias.c"
if command -v "${CXX:-g++}" >/dev/null; then
  # shellcheck disable=SC2086
  try bias_cxx ${CXX:-g++} $warnings -std=c++17 -shared -fPIC -I"$srcdir/include" \
    -o "$work/bias_cxx.so" "$sources/bias_cxx.cc"
else
  skip "bias_cxx" "there is no C++ compiler (CXX or g++)"
fi
finish
