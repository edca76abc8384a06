# TAP for shell tests.  A test sources this file, reports with the functions below, and ends with
# `finish`.  The plan comes last, so that nobody has to count.
# shellcheck shell=sh

tap_count=0
tap_failed=0

# pass TEXT
pass() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1"
}

# fail TEXT [FILE]: FILE's lines are shown, as diagnostics.
fail() {
  tap_count=$((tap_count + 1))
  tap_failed=$((tap_failed + 1))
  echo "not ok $tap_count - $1"
  [ $# -lt 2 ] || sed 's/^/# /' "$2"
}

# skip TEXT REASON
skip() {
  tap_count=$((tap_count + 1))
  echo "ok $tap_count - $1 # SKIP $2"
}

# skip_all REASON: the whole test has nothing to do here.
skip_all() {
  echo "1..0 # SKIP $1"
  exit 0
}

# check TEXT COMMAND...: passes when the command succeeds; otherwise its output is shown.
check() {
  tap_text=$1
  shift
  tap_log=$(mktemp)
  if "$@" >"$tap_log" 2>&1; then pass "$tap_text"; else fail "$tap_text" "$tap_log"; fi
  rm -f "$tap_log"
}

# empty TEXT FILE: passes when FILE has nothing in it; otherwise its lines are shown.
empty() {
  if [ -s "$2" ]; then fail "$1" "$2"; else pass "$1"; fi
}

finish() {
  echo "1..$tap_count"
  [ "$tap_failed" -eq 0 ]
}
