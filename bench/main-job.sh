#!/bin/sh
# The main job on a folder of atomic files: seconds of an epoch with its validation (80,000 pairs and a
# full ranking for every user, on ml-100k), and from the start of the process to the end of the first
# training step.  Medians of some runs.  recnn-run must be on the PATH (build/recnn-env does that).
#
#   build/recnn-env sh bench/main-job.sh ../shared/data/ml-100k [RUNS]
set -eu
data=$1
runs=${2:-9}
here=$(dirname "$0")
i=0
while [ "$i" -lt "$runs" ]; do
  begun=$(date +%s%N)
  line=$(recnn-run "$here/main-job.lua" "$data" 3)
  ended=$(date +%s%N)
  # What the process took, without what came behind the first step.
  echo "$line" | awk -v ns="$((ended - begun))" '{ printf "%.3f %.3f\n", $1, ns * 1e-9 - $2 }'
  i=$((i + 1))
done | sort -n | awk '
  { epoch[NR] = $1; first[NR] = $2 }
  END {
    n = asort_(first, NR)
    printf "epoch with validation  %s s (median of %d runs)\n", epoch[int((NR + 1) / 2)], NR
    printf "start to first step    %s s\n", first[int((NR + 1) / 2)]
  }
  function asort_(a, n,  i, j, t) {
    for (i = 2; i <= n; i++) {
      t = a[i]
      for (j = i - 1; j > 0 && a[j] > t; j--) a[j + 1] = a[j]
      a[j + 1] = t
    }
    return n
  }'
