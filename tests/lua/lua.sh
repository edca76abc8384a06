#!/bin/sh
# Runs each tests/lua/test-*.lua twice: in recnn-run and in the stock interpreter.
. "${srcdir:?}/tests/lib/tap.sh"
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# run_file PREFIX FILE COMMAND...: the file's own TAP lines, counted here.
run_file() {
  name="$(basename "$2" .lua) ($1)"
  file=$2
  shift 2
  output=$TMPDIR/output
  "$@" "$file" >"$output" 2>"$output.err" </dev/null
  status=$?
  cases=0
  failures=0
  while IFS= read -r line; do
    case $line in
      "ok "*) cases=$((cases + 1)) && pass "$name: ${line#*- }" ;;
      "not ok "*) cases=$((cases + 1)) && failures=$((failures + 1)) && fail "$name: ${line#*- }" ;;
      "#"*) echo "$line" ;;
    esac
  done <"$output"
  # A file that died has no plan, or ends badly though no case says so.
  if [ "$(tail -n 1 "$output")" != "1..$cases" ] ||
    { [ $status -ne 0 ] && [ $failures -eq 0 ]; }; then
    fail "$name: runs to its end (exit status $status)" "$output.err"
  fi
}

for file in "$srcdir"/tests/lua/test-*.lua; do
  run_file recnn-run "$file" recnn-run --quiet
  if [ -n "${SANITIZERS:-}" ]; then
    skip "$(basename "$file" .lua) (stock lua)" "it cannot load modules built with sanitizers"
  else
    run_file "stock lua" "$file" "${LUA:?}"
  fi
done
finish
