#!/bin/sh
# Fuzzing: builds tests/fuzz/fuzz-*.c with clang's libFuzzer, AddressSanitizer and
# UndefinedBehaviorSanitizer, and runs each for a time.  Not part of `make check`, which takes no time
# that it does not need; an input that once failed becomes an ordinary test.
#
#   tests/fuzz/run-fuzz.sh [SECONDS [TARGET...]]      60 seconds, all targets
#
# What was learnt is kept in build-fuzz/corpus/TARGET; an input that fails is build-fuzz/TARGET-crash-*.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
[ $# -eq 0 ] || shift
build=$top/build-fuzz
CC=${CC:-clang}

cd "$top"
[ -f configure ] || ./autogen.sh
mkdir -p "$build"
cd "$build"
[ -f config.status ] ||
  ../configure -q CC="$CC" CFLAGS="-g -O1" --enable-sanitizers=address,undefined,fuzzer-no-link
make -s -j "$(nproc)" librecnn.la

# shellcheck disable=SC2046 # names without spaces
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && ls fuzz-*.c | sed 's/\.c$//')
failed=0
for target in "$@"; do
  # shellcheck disable=SC2046 # several words
  ./libtool --silent --mode=link "$CC" -std=c17 -g -O1 \
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$top/include" -I"$top/core" \
    $(pkg-config --cflags glib-2.0) "$top/tests/fuzz/$target.c" librecnn.la \
    $(pkg-config --libs glib-2.0) -o "$target"
  mkdir -p "corpus/$target"
  seeds=$top/tests/fuzz/seeds/$target
  echo "==> $target, $seconds s"
  # shellcheck disable=SC2046
  ./"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="$target-" "corpus/$target" $([ ! -d "$seeds" ] || echo "$seeds") ||
    failed=$((failed + 1))
done
[ "$failed" -eq 0 ]
