#!/bin/sh
# The examples in the documents run as they are pasted (tests/lib/docs.sh says how they are marked).
. "${srcdir:?}/tests/lib/tap.sh"
. "$srcdir/tests/lib/docs.sh"
[ -z "${SANITIZERS:-}" ] || skip_all "a stock lua5.4 cannot load modules built with sanitizers"
for document in "$srcdir"/README.md "$srcdir"/CONTRIBUTING.md "$srcdir"/docs/*.md; do
  run_document "$document"
done
finish
