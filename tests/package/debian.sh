#!/bin/sh
# The Debian packages: dpkg-buildpackage makes them, lintian finds no errors, and each has what it is
# for.  It builds everything once more, so it runs where RECNN_PACKAGES=1.
. "${srcdir:?}/tests/lib/tap.sh"
[ "${RECNN_PACKAGES:-0}" = 1 ] || skip_all "runs with RECNN_PACKAGES=1"
for tool in dpkg-buildpackage dh lintian autoreconf; do
  command -v $tool >/dev/null || skip_all "$tool is not installed"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/recnn"
(cd "$srcdir" && tar -cf - --exclude=./.git --exclude=./build --exclude=./autom4te.cache .) | tar -xf - -C "$work/recnn"
chmod -R u+w "$work/recnn"
cd "$work/recnn" || exit 1
rm -f Makefile config.status
unset LUA_PATH LUA_CPATH LD_LIBRARY_PATH PKG_CONFIG_PATH RECNN_PLUGIN_PATH RECNN_TEMPLATES MAKEFLAGS MAKELEVEL
dpkg-checkbuilddeps >"$work/deps" 2>&1 || skip_all "$(tail -n 1 "$work/deps")"
DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)"
export DEB_BUILD_OPTIONS

# holds PACKAGE PATTERN: a file of the package matches.
holds() { dpkg-deb -c "$work/$1"_*.deb | grep -q -- "$2"; }

check "dpkg-buildpackage makes them" dpkg-buildpackage -us -uc -b
check "lintian finds no errors" lintian --fail-on error --allow-root "$work"/recnn_*.changes
check "recnn has the tools" holds recnn '/usr/bin/recnn-run$'
check "... and the Lua module" holds recnn '/lua/5.4/recnn/core.so$'
check "librecnn0 has the library, by its soname" holds librecnn0 '/librecnn.so.0 -> '
check "librecnn-dev has the headers" holds librecnn-dev '/usr/include/recnn/plugin.h$'
check "... and recnn-new-plugin" holds librecnn-dev '/usr/bin/recnn-new-plugin$'
major=$(sed -n 's/^#define RECNN_ABI_MAJOR //p' include/recnn/abi.h)
check "recnn-plugins has the models, by the ABI's major version" holds recnn-plugins "/recnn/plugins-$major/narm.so\$"
for package in recnn librecnn0 librecnn-dev recnn-plugins; do
  dpkg-deb -x "$work/$package"_*.deb "$work/tree"
done
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
LD_LIBRARY_PATH=$work/tree/usr/lib/$multiarch
RECNN_PLUGIN_PATH=$work/tree/usr/lib/$multiarch/recnn/plugins-$major
export LD_LIBRARY_PATH RECNN_PLUGIN_PATH
check "what is in them works" "$work/tree/usr/bin/recnn-inspect" narm
finish
