#!/bin/sh
# Fuzzing of the readers: builds tests/fuzz/fuzz-reader.c with clang's libFuzzer, AddressSanitizer and
# UndefinedBehaviorSanitizer, and runs it for each reader for a time.  Not part of `make check`, which
# takes no time that it does not need; an input that once failed becomes a seed, which is.
#
#   tests/fuzz/run-fuzz.sh [SECONDS [READER...]]      60 seconds of the processor for each of all readers
#
# What was learnt is kept in build-fuzz/corpus/READER; an input that fails is build-fuzz/READER-crash-*.
# build-fuzz/record.tsv gets a line a run: date, reader, seconds of the processor, inputs, whether it failed.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
[ $# -eq 0 ] || shift
build=$top/build-fuzz
CC=${CC:-clang}
target=fuzz-reader
seeds=$top/tests/fuzz/seeds/$target
kept=$top/tests/fuzz/corpus/$target

cd "$top"
[ -f configure ] || ./autogen.sh
mkdir -p "$build"
cd "$build"
[ -f config.status ] ||
  ../configure -q CC="$CC" CFLAGS="-g -O1" --enable-sanitizers=address,undefined,fuzzer-no-link
make -s -j "$(nproc)" librecnn.la
# shellcheck disable=SC2046 # several words
./libtool --silent --mode=link "$CC" -std=gnu17 -g -O1 \
  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$top/include" -I"$top/core" \
  $(pkg-config --cflags glib-2.0) "$top/tests/fuzz/$target.c" librecnn.la \
  $(pkg-config --libs glib-2.0) -o "$target"

[ $# -gt 0 ] ||
  set -- atomic csv gzip libsvm movielens ncf plain ratings_dat rechorus recognised sequences sqlite zstd
failed=0
for reader in "$@"; do
  mkdir -p "corpus/$reader"
  echo "==> $reader, $seconds s of the processor"
  verdict=none
  RECNN_FUZZ_READER=$reader RECNN_FUZZ_SECONDS=$seconds ./"$target" -timeout=60 -rss_limit_mb=4096 \
    -max_len=4096 -print_final_stats=1 -artifact_prefix="$reader-" "corpus/$reader" "$seeds" "$kept" \
    2>"$reader.log" || verdict=failed failed=$((failed + 1))
  tail -n 8 "$reader.log"
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date +%Y-%m-%d)" "$reader" "$seconds" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$reader.log")" "$verdict" >>record.tsv
done
[ "$failed" -eq 0 ]
