#!/bin/sh
# Each header of core/ compiles alone, with all warnings: whoever includes a door needs no second one.
# (The public headers, which must do more, have a test of their own.)
. "${srcdir:?}/tests/lib/tap.sh"
cd "$srcdir" || exit 1

compiles() {
  # shellcheck disable=SC2086 # the variables hold several words
  echo "#include \"$1\"" | $CC $GLIB_CFLAGS $LUA_CFLAGS -std=c17 -Iinclude -Icore -Ilua/src \
    -Wall -Wextra -Wno-unused-function -Werror -fsyntax-only -x c -
}
for header in $(cd core && find . -name '*.h' | sed 's|^\./||' | sort) \
  $(cd lua/src && find . -name '*.h' | sed 's|^\./||' | sort); do
  check "$header" compiles "$header"
done
finish
