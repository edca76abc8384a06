#!/bin/sh
# The C code is as clang-format leaves it.  The style file uses nothing in which Debian 12's version
# (14) and Debian 13's (19) differ.
. "${srcdir:?}/tests/lib/tap.sh"
command -v clang-format >/dev/null || skip_all "clang-format is not installed"
cd "$srcdir" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT
find core include lua plugins tools tests bench examples -name '*.[ch]' -not -name 'registry-*.c' \
  -exec clang-format --dry-run {} + 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning:.*//p' | sort | uniq -c >"$found"
empty "clang-format has nothing to change" "$found"
finish
