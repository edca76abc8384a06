#!/bin/sh
# Metrics against the code of the libraries whose profiles they are, on rankings that were never seen before.
# Where they are not installed, what they made of other rankings is stored: tests/unit/eval/test-profile.c.
. "${srcdir:?}/tests/lib/tap.sh"
PYTHON=${PYTHON:-python3}
"$PYTHON" -c 'import cornac, lenskit, libreco, recbole' 2>/dev/null ||
  skip_all "$PYTHON has not all of RecBole, LensKit, Cornac and LibRecommender"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
seed=$(date +%s)
make() { "$PYTHON" "$srcdir/tests/data/eval/make-profiles.py" "$seed" >"$place/profiles.tsv"; }
check "the libraries' own code runs (seed $seed)" make
check "the same numbers come out (seed $seed)" \
  env RECNN_TEST_PROFILES="$place/profiles.tsv" "${builddir:?}/tests/unit/eval/test-profile"
finish
