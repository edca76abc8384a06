#!/bin/sh
# The rockspec: luarocks builds the Lua module against the library that was just built, and a stock
# lua5.4 runs a script with it.
. "${srcdir:?}/tests/lib/tap.sh"
command -v luarocks >/dev/null || skip_all "luarocks is not installed"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
[ -z "$SANITIZERS" ] || skip_all "a stock lua5.4 cannot load modules built with sanitizers"
version=$("${LUA:?}" -e 'print(_VERSION:match "%d.%d")')
include=$(echo "$LUA_CFLAGS" | sed 's/.*-I\([^ ]*\).*/\1/')
[ -f "$include/lua.h" ] || skip_all "the folder of lua.h is not known"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source"
cp -r "$srcdir"/lua "$srcdir"/core "$srcdir"/recnn-*.rockspec "$work/source"
chmod -R u+w "$work"
# What the tests' environment says of the module in the build tree must not be found.
unset LUA_PATH LUA_CPATH
cd "$work/source" || exit 1
HOME=$work/home
LD_LIBRARY_PATH="${builddir:?}/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export HOME LD_LIBRARY_PATH
mkdir "$HOME"
check "the rockspec is one" luarocks --lua-version="$version" lint recnn-*.rockspec
check "luarocks builds and installs it" luarocks --lua-version="$version" --tree="$work/tree" make --deps-mode=none \
  recnn-*.rockspec LUA_INCDIR="$include" CC="$CC"
LUA_PATH="$work/tree/share/lua/$version/?.lua;$work/tree/share/lua/$version/?/init.lua"
LUA_CPATH="$work/tree/lib/lua/$version/?.so"
export LUA_PATH LUA_CPATH
cat >"$work/train.lua" <<'END'
local recnn = require "recnn"
recnn.quiet(true)
local split = recnn.dataset(recnn.synthetic { users = 50, items = 30, seed = 1 }):split { seed = 1 }
local model = recnn.model("popularity")
model:fit(split)
assert(#model:recommend { user = "u1", k = 3 } == 3)
END
check "a stock Lua trains with it" "$LUA" "$work/train.lua"
finish
