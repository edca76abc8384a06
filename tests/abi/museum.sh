#!/bin/sh
# The museum: of each version of the ABI that was kept (build-aux/abi-snapshot) the headers, a plugin and
# what the compiler made of it then; and of today's, which is kept for the length of this test.  The host
# loads, checks and trains both; its structs, constants and ops are those of then, or have grown by the
# rules.
. "${srcdir:?}/tests/lib/tap.sh"
[ -z "$SANITIZERS" ] || skip_all "a plugin without sanitizers does not load into programs with them"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
warnings="-Wall -Wextra -pedantic -Werror"

cat >train.lua <<'END'
local recnn = require "recnn"
recnn.plugin "museum"
local file <close> = assert(io.open("museum.tilde", "w"))
for user = 1, 60 do
  for step = 1, 8 do
    file:write(("u%d~i%d~%d\n"):format(user, (user * 7 + step * step) % 40, 1 + (user + step) % 5))
  end
end
file:close()
local data = recnn.dataset { path = "museum.tilde", format = "museum_format" }
local split = data:split { ratio = { 0.8, 0.1, 0.1 }, group_by = "user", seed = 1 }
local function train(options)
  local model = recnn.model("museum", { embedding_dim = 4, scales = { 0.1, 1 } })
  options.epochs, options.seed = 5, 3
  local run = model:fit(split, options)
  assert(run.history[5].loss < run.history[1].loss, "the loss does not fall")
  return model
end
train { learner = "museum_momentum", learning_rate = 0.05, sampler = "museum_sampler" }
train { loss = "museum_hinge", learning_rate = 0.01 }
local model = train { learning_rate = 0.01, valid_metric = "Museum@5" }
local result = model:evaluate(split.test, { metrics = { "Museum", "MRR" }, topk = { 5 } })
assert(result["Museum@5"] == result["MRR@5"], "the plugin's metric is MRR by another name")
model:save(arg[1] .. "/bundle")
local again = recnn.load(arg[1] .. "/bundle")
local hits, same = model:recommend { user = "u1", k = 5 }, again:recommend { user = "u1", k = 5 }
for i, hit in ipairs(hits) do
  assert(hit.item == same[i].item and hit.score == same[i].score)
  print(hit.item, ("%.9g"):format(hit.score))
end
local counted = recnn.model "museum_counted"
counted:fit(split)
assert(#counted:recommend { user = "u1", k = 3 } == 3)
END

# try NAME FOLDER: FOLDER/museum.so is loaded, checked and trained.
try() {
  check "$1: recnn-inspect shows it" recnn-inspect -p "$2" museum
  check "$1: recnn-check has nothing to say" recnn-check -q plugin "$2/museum.so"
  # shellcheck disable=SC2016
  check "$1: trained, with all that it brings" sh -c 'recnn-run --quiet -p "$1" train.lua "$1" >"$1/hits"' - "$2"
}

check "a snapshot of today is taken" "$srcdir/build-aux/abi-snapshot" "$work/kept/today"
"$srcdir/build-aux/abi-snapshot" "$work/kept/today" >again 2>&1
check "... and never changed" test $? -eq 1

# abi_version FOLDER: the number that the headers there have.
abi_version() { sed -n 's/^#define RECNN_ABI_M[A-Z]* //p' "$1/recnn/abi.h" | tr '\n' .; }

for folder in "$work"/kept/today/ "$srcdir"/tests/abi/v[0-9]*/; do
  [ -d "$folder" ] || continue # none is kept yet
  version=$(basename "$folder")
  mkdir -p "$version/source" "$version/binary"
  for header in $(cd "$folder/include" && find recnn -name '*.h' | sort); do
    echo "#include <$header>" >>"$version/all.h"
  done
  for standard in c11 c17; do
    # shellcheck disable=SC2086
    check "$version: its headers are $standard" ${CC:-cc} $warnings -std=$standard -I"$folder/include" -x c \
      -fsyntax-only "$version/all.h"
  done
  if command -v "${CXX:-g++}" >/dev/null; then
    # shellcheck disable=SC2086
    check "$version: its headers are C++17" ${CXX:-g++} $warnings -std=c++17 -I"$folder/include" -x c++ \
      -fsyntax-only "$version/all.h"
  else
    skip "$version: its headers are C++17" "there is no C++ compiler (CXX or g++)"
  fi

  # shellcheck disable=SC2086
  check "$version: the source builds with them" ${CC:-cc} $warnings -O2 -shared -fPIC -fvisibility=hidden \
    -I"$folder/include" -o "$version/source/museum.so" "$folder/museum.c"
  try "$version, source" "$version/source"
  # shellcheck disable=SC2086
  check "$version: the source builds with today's headers" ${CC:-cc} $warnings -O2 -shared -fPIC \
    -I"$srcdir/include" -o today.so "$folder/museum.c"

  case $(uname -sm) in
    "Linux x86_64")
      cp "$folder/museum-x86_64.so" "$version/binary/museum.so"
      try "$version, binary" "$version/binary"
      check "$version: they recommend" test -s "$version/source/hits"
      check "$version: both train to the same bits" cmp "$version/source/hits" "$version/binary/hits"
      # shellcheck disable=SC2016,SC2086
      check "$version: structs and constants, compared with today's headers" sh -c '$0 "$@" && ./layout' \
        ${CC:-cc} $warnings -std=c17 -I"$srcdir/include" -o layout "$folder/layout.c"
      ;;
    *) skip "$version: the binary" "it is for Linux on x86-64" ;;
  esac

  "$srcdir/build-aux/abi-ops" >ops
  grep -vxFf ops "$folder/ops.txt" >gone
  empty "$version: its ops are there, with their attributes" gone

  # What a debugger sees of all public types: the same, as long as the version is.
  if ! command -v abidiff >/dev/null || [ ! -f "$folder/witness.abi" ]; then
    skip "$version: abidiff" "abidw and abidiff are not installed"
  elif [ "$(abi_version "$folder/include")" != "$(abi_version "$srcdir/include")" ]; then
    skip "$version: abidiff" "today's version is a later one, which may have added: see the layout"
  else
    # shellcheck disable=SC2086
    check "$version: the witness builds" ${CC:-cc} -g -O0 -shared -fPIC -I"$srcdir/include" -o witness.so \
      "$folder/witness.c"
    check "$version: abidiff, against the dump" abidiff "$folder/witness.abi" witness.so
  fi
done
finish
