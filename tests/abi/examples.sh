#!/bin/sh
# The plugins of examples/plugins, as somebody ships them: each builds with its own Makefile in a folder
# of its own, and passes its own test.
. "${srcdir:?}/tests/lib/tap.sh"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
[ -z "$SANITIZERS" ] || skip_all "a plugin without sanitizers does not load into programs with them"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for source in "$srcdir"/examples/plugins/*/; do
  name=$(basename "$source")
  mkdir "$work/$name"
  cp "$source"/* "$work/$name"
  check "$name builds" make -C "$work/$name" CC="$CC" CFLAGS="-O2 -Wall -Wextra -pedantic -Werror"
  check "$name passes its test" make -C "$work/$name" CC="$CC" check
done
finish
