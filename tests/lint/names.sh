#!/bin/sh
# What docs/STYLE.md asks of files and a program can check: a comment that says what the file is for,
# a size that one can read in one go, and nothing below tools/ that prints or ends the process.
. "${srcdir:?}/tests/lib/tap.sh"
cd "$srcdir" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT

files() { find core include lua plugins tools tests bench examples "$@" -type f -not -name 'registry-*.c'; }
c_files=$(files -name '*.[ch]')
lua_files=$(files -name '*.lua')
shell_files="$(files -name '*.sh') quickstart autogen.sh build-aux/gen-sources build-aux/run-test"

for f in $c_files; do head -n 1 "$f" | grep -q '^/\*' || echo "$f:1"; done >"$found"
for f in $lua_files; do head -n 2 "$f" | grep -q '^--' || echo "$f:1"; done >>"$found"
for f in $shell_files; do head -n 2 "$f" | grep -q '^# ' || echo "$f:2"; done >>"$found"
empty "every file opens with what it is for" "$found"

# shellcheck disable=SC2086
awk 'FNR == 601 { print FILENAME ": more than 600 lines" }' $c_files $lua_files $shell_files >"$found"
empty "no file has more than 600 lines" "$found"

# shellcheck disable=SC2046
grep -nE '(^|[^A-Za-z0-9_>.])(v?f?printf|f?puts|f?putchar|putc|perror|g_print|g_printerr|exit|_exit|_Exit|quick_exit|abort) *\(' \
  $(find core lua/src plugins -name '*.[ch]') | grep -vE '^[^:]*:[0-9]*: *(/\*|\*|//)' >"$found"
empty "nothing below tools/ prints or ends the process" "$found"

# shellcheck disable=SC2046
grep -nE '(^|[^_])g_assert *\(' $(find tests -name '*.c') >"$found"
empty "tests use assertions that -DG_DISABLE_ASSERT leaves in place" "$found"

grep -rnE '/(home|root|work|tmp/build)/' $c_files $lua_files $shell_files README.md CONTRIBUTING.md NEWS docs >"$found"
empty "no file names a place of one machine" "$found"

finish
