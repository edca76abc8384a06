#!/bin/sh
# Checks an installation (`make installcheck`): the programs, the Lua module in a stock interpreter,
# and the examples of the README, with nothing but the installed files.
. "${srcdir:?}/tests/lib/tap.sh"
. "$srcdir/tests/lib/docs.sh"

PATH="${bindir:?}:$PATH"
LUA_PATH="${luadir:?}/?.lua;$luadir/?/init.lua;;"
LUA_CPATH="${luacdir:?}/?.so;;"
PKG_CONFIG_PATH=${pkgconfigdir:?}
XDG_DATA_HOME=/nonexistent
export PATH LUA_PATH LUA_CPATH PKG_CONFIG_PATH XDG_DATA_HOME
unset RECNN_PLUGIN_PATH

check "recnn-run --version" recnn-run --version
check "recnn-inspect --system" recnn-inspect --system
check "the examples are there" test -f "${exampledir:?}/quickstart.lua"

# A plugin from the installed headers alone, found in the folder that pkg-config names.
plugin=$(mktemp -d)
trap 'rm -rf "$plugin"' EXIT
check "one line builds a plugin" sh -c '$CC -shared -fPIC $(pkg-config --cflags recnn-plugin) -o "$1/bias.so" "$2"' \
  build "$plugin" "$srcdir/tests/abi/out-of-tree/bias.c"
check "... which loads" recnn-inspect -p "$plugin" bias
if [ -z "${SANITIZERS:-}" ]; then
  unset RECNN_TEMPLATES
  check "recnn-new-plugin writes a project" recnn-new-plugin -d "$plugin/my_model" my_model
  check "... which builds and passes its test" make -C "$plugin/my_model" CC="$CC" check
  for example in "$exampledir"/plugins/*/; do
    name=$(basename "$example")
    mkdir "$plugin/$name"
    cp "$example"/* "$plugin/$name"
    check "$name, from the installed headers: builds and passes its test" make -C "$plugin/$name" CC="$CC" check
  done
fi
if [ -n "${SANITIZERS:-}" ]; then
  skip "README.md" "a stock lua5.4 cannot load modules built with sanitizers"
else
  check "require \"recnn\" in a stock lua5.4" "${LUA:?}" -e 'print(require("recnn"))'
  run_document "$srcdir/README.md"
fi
finish
