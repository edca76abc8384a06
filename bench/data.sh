#!/bin/sh
# Reading, evaluation and the models that are computed, by the clock, against what they may take at most
# (docs/PERFORMANCE.md).  For a quiet machine with two cores; `make bench-data` builds what it runs.
#
#   build/recnn-env sh bench/data.sh [FOLDER-OF-ML-100K]      from the build's folder
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ml=${1:-}
over=0
full_s='' usual_s='' uni_s='' uni_usual_s='' many_mb=''

# row WHAT MEASURED AT-MOST UNIT
row() {
  if awk -v a="$2" -v b="$3" 'BEGIN { exit !(a <= b) }'; then verdict=; else verdict="  OVER" over=1; fi
  printf '%-62s %8s %-3s at most %s%s\n' "$1" "$2" "$4" "$3" "$verdict"
}

# evaluate NAME ARGUMENT...: the best of the three runs, and what it added to the process in MB
evaluate() {
  name=$1
  shift
  bench/evaluate "$@" >data-bench.out
  eval "${name}_s"="$(grep -v threads data-bench.out | sort -n | sed -n '1s/ s$//p')"
  eval "${name}_mb"="$(sed -n 's/.*memory \([0-9]*\) MB before, at most \([0-9]*\) MB.*/\1 \2/p' data-bench.out | awk '{ print $2 - $1 }')"
}

for form in atomic csv atomic.gz csv.gz; do
  bench/read 10 "$form" >data-bench.out
  seconds=$(sed -n 's/.* indexed in \([0-9.]*\) s .*/\1/p' data-bench.out)
  memory=$(sed -n 's/.* of the processor), \([0-9]*\) MB;.*/\1/p' data-bench.out)
  row "10 million interactions, $form: read and indexed" "$seconds" 6 s
  row "10 million interactions, $form: memory" "$memory" 700 MB
done
evaluate full
evaluate usual --usual
evaluate uni --candidates uni100
evaluate uni_usual --candidates uni100 --usual
row "6,040 x 3,706, dim 64, all metrics at 5 cut-offs" "$full_s" 0.5 s
row "the same, metrics of rankings alone" "$usual_s" 0.5 s
row "uni100, all metrics: at most as the full ranking" "$uni_s" "$full_s" s
row "uni100, metrics of rankings: at most as the full ranking" "$uni_usual_s" "$usual_s" s
evaluate many 1000000 100000 64 5 3000
row "3,000 of 1,000,000 users x 100,000 items: memory added" "$many_mb" 100 MB
rm -f data-bench.out
if [ -n "$ml" ]; then
  models=$(recnn-run "$here/data-models.lua" "$ml")
  row "item_knn on ml-100k: computed" "$(echo "$models" | awk '$1 == "item_knn" { print $2 }')" 1 s
  row "ease on ml-100k: computed" "$(echo "$models" | awk '$1 == "ease" { print $2 }')" 1 s
fi
[ "$over" -eq 0 ]
