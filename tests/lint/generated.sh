#!/bin/sh
# The generated lists and registries are what gen-sources makes of the tree as it stands.  In a
# release this also shows that no source file was left out of it.
. "${srcdir:?}/tests/lib/tap.sh"
check "lists and registries are up to date" "$srcdir/build-aux/gen-sources" --check
finish
