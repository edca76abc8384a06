#!/bin/sh
# clang-tidy has nothing to say; .clang-tidy holds the checks.  Slow, so it runs where RECNN_LINT=1.
. "${srcdir:?}/tests/lib/tap.sh"
[ "${RECNN_LINT:-0}" = 1 ] || skip_all "runs with RECNN_LINT=1"
command -v clang-tidy >/dev/null || skip_all "clang-tidy is not installed"
cd "$srcdir" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT
# One file at a time: in the second file of a run the analyser loses sight of va_start().
# shellcheck disable=SC2086
find core lua/src plugins tools -name '*.c' -not -name 'registry-*.c' | sort |
  xargs -P "$(nproc)" -n 1 sh -c '
    clang-tidy --quiet "$@" -- -std=c17 -DHAVE_CONFIG_H -Iinclude -Icore -Ilua/src -I"$builddir" \
      -DG_LOG_DOMAIN=\"recnn\" -DRECNN_PLUGIN_DIR=\"/\" -DRECNN_LUA_DIR=\"/\" $GLIB_CFLAGS $LUA_CFLAGS 2>&1' tidy |
  grep -E '(warning|error):' >"$found"
empty "clang-tidy" "$found"
finish
