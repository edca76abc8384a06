#!/bin/sh
# Every plugin that comes with recnn passes recnn-check plugin, with the recorded numbers that there
# are, and docs/CHECKING-A-PLUGIN.md tells what is checked.
. "${srcdir:?}/tests/lib/tap.sh"
cd "${builddir:?}" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT

references=
for file in "$srcdir"/tests/data/reference/*.safetensors; do
  references="$references -r $file"
done

for source in "$srcdir"/plugins/*/; do
  name=$(basename "$source")
  # shellcheck disable=SC2086 # several words; no spaces in our file names
  check "$name" recnn-check --quiet $references plugin "plugins/.libs/$name.so"
done

# shellcheck disable=SC2086
recnn-check $references plugin plugins/.libs/narm.so >"$found"
check "recorded numbers are compared" grep -q '^narm/reference  *ok: [1-9][0-9]* tensors of ' "$found"

recnn-check list | while read -r line; do
  doc=$(printf '%s' "$line" | cut -c 36-)
  grep -qF -- "| $doc |" "$srcdir/docs/CHECKING-A-PLUGIN.md" || echo "$line"
done >"$found"
empty "docs/CHECKING-A-PLUGIN.md has every check" "$found"
finish
