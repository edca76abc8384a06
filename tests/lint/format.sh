#!/bin/sh
# The C code is as clang-format 14 leaves it.  Later versions (Debian 13 has 19) lay out macros that
# hold an initialiser differently, so one version has to decide.
. "${srcdir:?}/tests/lib/tap.sh"
command -v clang-format >/dev/null || skip_all "clang-format is not installed"
version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')
[ "$version" = 14 ] || skip_all "clang-format 14 decides, this is $version"
cd "$srcdir" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT
find core include lua plugins tools tests bench examples -name '*.[ch]' -not -name 'registry-*.c' \
  -exec clang-format --dry-run {} + 2>&1 | sed -n 's/:[0-9]*:[0-9]*: warning:.*//p' | sort | uniq -c >"$found"
empty "clang-format has nothing to change" "$found"
finish
