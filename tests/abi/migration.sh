#!/bin/sh
# A plugin in three versions (out-of-tree/aging.c): what the first saved, the second reads, to the same
# scores; the third refuses it, and says what to do.  A run of one version is not taken up by another.
. "${srcdir:?}/tests/lib/tap.sh"
[ -z "$SANITIZERS" ] || skip_all "a plugin without sanitizers does not load into programs with them"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

for age in 1 2 3; do
  mkdir v$age
  # shellcheck disable=SC2016
  check "version $age builds" sh -c '$CC -Wall -Wextra -pedantic -Werror -shared -fPIC -DAGE="$1" \
    -I"$srcdir/include" -o "v$1/aging.so" "$srcdir/tests/abi/out-of-tree/aging.c"' - $age
done
check "... and passes recnn-check" recnn-check -q plugin v3/aging.so

cat >save.lua <<'END'
local recnn = require "recnn"
local data = recnn.dataset(recnn.synthetic { users = 60, items = 40, seed = 1 })
local model = recnn.model("aging", arg[2] and { [arg[2]] = 0.5 } or {})
model:fit(data:split { seed = 1 }, { epochs = 2, learning_rate = 0.05, runs = arg[3] })
model:save(arg[1])
END
cat >show.lua <<'END'
local recnn = require "recnn"
local model = recnn.load(arg[1])
for user = 1, 5 do
  for _, hit in ipairs(model:recommend { user = "u" .. user, k = 5 }) do
    print(user, hit.item, ("%.17g"):format(hit.score))
  end
end
print("spread", model:options().scale or model:options().std)
if arg[2] then model:save(arg[2]) end
END

# with AGE SCRIPT ARGUMENT...: runs it with that version.
with() {
  age=$1
  shift
  recnn-run --quiet -p "v$age" "$@"
}
# refused AGE BUNDLE TEXT: it cannot be loaded, and TEXT says why.
refused() {
  if with "$1" show.lua "$2" >out 2>err; then
    fail "version $1 refuses $2" out
  elif grep -qF -- "$3" err; then
    pass "version $1 refuses $2: $3"
  else
    fail "version $1 refuses $2: $3" err
  fi
}

check "version 1 saves" with 1 save.lua one scale runs
with 1 show.lua one >one.txt 2>err
check "... 25 items and an option" test "$(wc -l <one.txt)" -eq 26
check "... and the bundle says whose it is" grep -q '"version" : "1.4.0"' one/bundle.json
check "version 2 loads it" sh -c 'recnn-run --quiet -p v2 show.lua one two >one-by-two.txt'
check "... and scores to the same bits, with the option that was set" cmp one.txt one-by-two.txt
check "... what it saves says so" grep -q '"version" : "2.0.0"' two/bundle.json
check "... and is read without a migration" sh -c 'recnn-run --quiet -p v2 show.lua two | cmp - one.txt'
check "version 3 reads what version 2 saved" sh -c 'recnn-run --quiet -p v3 show.lua two | cmp - one.txt'
refused 3 one "weights.safetensors, which plugin aging 1.4.0 wrote: model aging: migrate: its version is 1.4.0, this one \
reads 2.0.0 and later; load and save it with version 2.x first"
refused 1 two 'plugin aging 2.0.0 wrote it, this is 1.4.0, which does not say (migrate) how it would be read'

# Runs: a checkpoint has the state of an optimizer, and goes on to the same bits; another version
# begins anew, in a folder of its own.
check "version 2 trains where version 1 did" with 2 save.lua three std runs
set -- runs/*/
check "... in a folder of its own" test $# -eq 2
# Which of them comes first by name is open: both may have begun in one second.
for version in 1.4.0 2.0.0; do
  check "... and the weights of one run say that $version wrote them" \
    test "$(grep -al "\"plugin_version\":\"$version\"" "$1best.safetensors" "$2best.safetensors" | wc -l)" -eq 1
done
finish
