#!/bin/sh
# A plugin that crashes inside a run: one line says where, the exit status says so, and what was written
# before is whole.
. "${srcdir:?}/tests/lib/tap.sh"
[ -z "$SANITIZERS" ] || skip_all "sanitizers tell of crashes themselves"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
zoo=${builddir:?}/tests/check/zoo/.libs

cat >"$work/run.lua" <<'END'
local recnn = require "recnn"
local split = recnn.dataset(recnn.synthetic { users = 60, items = 40, seed = 1 }):split { seed = 1 }
local popularity = recnn.model "popularity"
popularity:fit(split)
popularity:save(arg[2])
recnn.model(arg[1]):fit(split, { epochs = 1 })
END
crashes() {
  # shellcheck disable=SC3045 # not in POSIX, but in dash, bash and busybox
  (ulimit -c 0; exec recnn-run --quiet -p "$zoo" "$work/run.lua" "$1" "$work/bundle") >"$work/out" 2>"$work/err"
  status=$?
  check "$1: the exit status is that of a crash" test $status -eq 139
  if grep -qxF "recnn-run: crashed with signal 11, $2; files that were written are whole" "$work/err"; then
    pass "$1: $2"
  else
    fail "$1: $2" "$work/err"
  fi
}
crashes faulty_crash "in model faulty_crash of plugin faulty_crash, loss()"
crashes faulty_op_crash "in model faulty_op_crash of plugin faulty_op_crash, loss(), op faulty_op_crash_cube"
echo 'print(#require("recnn").load(arg[1]):recommend { user = arg[2], k = 3 })' >"$work/read.lua"
check "what was saved before can be read" sh -c 'recnn-run --quiet "$1/read.lua" "$1/bundle" "$(tr "\\000" "\\n" <"$1/bundle/users.ids" | head -n 1)"' - "$work"
finish
