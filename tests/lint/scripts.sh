#!/bin/sh
# The scripts: shellcheck for those of the shell; for Lua, that they compile and set no global; for
# Python, that they parse.
. "${srcdir:?}/tests/lib/tap.sh"
cd "$srcdir" || exit 1

if command -v shellcheck >/dev/null; then
  # shellcheck disable=SC2046
  check "shellcheck" shellcheck -S warning -x -P . \
    quickstart autogen.sh build-aux/gen-sources build-aux/run-test build-aux/recnn-env.in \
    $(find .ci tests bench examples -name '*.sh' -o -path '.ci/run')
else
  skip "shellcheck" "it is not installed"
fi

if command -v luac5.4 >/dev/null; then
  found=$(mktemp)
  # A store to a global is SETTABUP on _ENV; tests/lua may do so on purpose, scripts may not.
  find lua examples bench -name '*.lua' | while read -r f; do
    luac5.4 -p -l "$f" 2>&1 | grep -E 'SETTABUP.*_ENV|luac5.4:' | sed "s|^|$f: |"
  done >"$found"
  empty "Lua files compile and set no global" "$found"
  rm -f "$found"
else
  skip "Lua files compile and set no global" "luac5.4 is not installed"
fi

if command -v python3 >/dev/null; then
  # Parsed only: nothing is run and nothing written.
  # shellcheck disable=SC2046
  check "Python files of the benchmarks parse" python3 -c '
import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name, encoding="utf-8").read(), name)' bench/run $(find bench -name '*.py')
else
  skip "Python files of the benchmarks parse" "python3 is not installed"
fi
finish
