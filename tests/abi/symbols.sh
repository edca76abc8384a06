#!/bin/sh
# What crosses the border by name: a plugin exports its one symbol and takes nothing of recnn's; the
# library exports its public functions and nothing that is private to it.
. "${srcdir:?}/tests/lib/tap.sh"
command -v nm >/dev/null || skip_all "nm is not installed"
cd "${builddir:?}" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT

# exports FILE, needs FILE: names, without symbol versions.
exports() { nm -D --defined-only "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }'; }
needs() { nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }'; }

plugins=0
for source in "$srcdir"/plugins/*/; do
  name=$(basename "$source")
  file=plugins/.libs/$name.so
  plugins=$((plugins + 1))
  exports "$file" | grep -vx recnn_plugin_query >"$found"
  empty "$name exports nothing but recnn_plugin_query" "$found"
  check "$name exports recnn_plugin_query" sh -c "nm -D --defined-only '$file' | grep -qw recnn_plugin_query"
  needs "$file" | grep '^recnn' >"$found"
  empty "$name needs no symbol of recnn's" "$found"
done
check "there are plugins" test "$plugins" -gt 0

exports .libs/librecnn.so | grep -vE '^recnn_[a-z]' >"$found"
empty "librecnn exports nothing private" "$found"
check "librecnn exports its functions" sh -c "nm -D --defined-only .libs/librecnn.so | grep -qw recnn_plugin_load"
finish
