#!/bin/sh
# cppcheck has nothing to say.  Slow, so it runs where RECNN_LINT=1 (CI).
. "${srcdir:?}/tests/lib/tap.sh"
[ "${RECNN_LINT:-0}" = 1 ] || skip_all "runs with RECNN_LINT=1"
command -v cppcheck >/dev/null || skip_all "cppcheck is not installed"
cd "$srcdir" || exit 1
# What is left out:
#   missingIncludeSystem, unknownMacro  the system's headers are not its business
#   returnDanglingLifetime       takes what graph->apply() returns for a pointer into its arguments
#   arrayIndexThenCheck          of two indices, takes the comparison of the second for a bound
#   incorrectLogicOperator       cannot read hexadecimal floats such as 0x1p63
#   invalidPointerCast           one allocation often holds several arrays, of several types
#   AssignmentIntegerToAddress   takes g_new0(AnEnum, n) for arithmetic
#   normalCheckLevelMaxBranches  says how hard it looked, not what it found (from 2.11 on)
check "cppcheck" cppcheck --quiet --error-exitcode=1 --std=c11 -j2 --enable=warning,portability \
  --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=returnDanglingLifetime \
  --suppress=arrayIndexThenCheck --suppress=incorrectLogicOperator:core/base/option-value.c \
  --suppress=invalidPointerCast --suppress=AssignmentIntegerToAddress \
  --suppress=normalCheckLevelMaxBranches \
  -Iinclude -Icore -D__GNUC__ -D__x86_64__ -D__BYTE_ORDER__=1234 -D__ORDER_BIG_ENDIAN__=4321 \
  core lua/src plugins tools
finish
