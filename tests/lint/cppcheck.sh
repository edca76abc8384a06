#!/bin/sh
# cppcheck has nothing to say.  Slow, so it runs where RECNN_LINT=1 (CI).
. "${srcdir:?}/tests/lib/tap.sh"
[ "${RECNN_LINT:-0}" = 1 ] || skip_all "runs with RECNN_LINT=1"
command -v cppcheck >/dev/null || skip_all "cppcheck is not installed"
cd "$srcdir" || exit 1
# What is left out:
#   missingIncludeSystem   the system's headers are not its business
#   returnDanglingLifetime  takes what apply() returns for a pointer into its arguments
#   unknownMacro           GLib's and ours that it does not expand
#   normalCheckLevelMaxBranches  says how hard it looked, not what it found (from 2.11 on)
check "cppcheck" cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j2 \
  --enable=warning,portability --suppress=missingIncludeSystem \
  --suppress=normalCheckLevelMaxBranches --suppress=unknownMacro \
  --suppress=returnDanglingLifetime \
  --library=gtk -Iinclude -Icore -D__GNUC__ -D__x86_64__ -D__BYTE_ORDER__=1234 \
  -D__ORDER_BIG_ENDIAN__=4321 core lua/src plugins tools
finish
