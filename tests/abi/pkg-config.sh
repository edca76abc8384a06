#!/bin/sh
# recnn-plugin.pc says what the headers and the programs say.
. "${srcdir:?}/tests/lib/tap.sh"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
PKG_CONFIG_DISABLE_UNINSTALLED=1 # the installed one is the subject, though it lies in the build tree
PKG_CONFIG_PATH=${builddir:?}
export PKG_CONFIG_DISABLE_UNINSTALLED PKG_CONFIG_PATH

header() { sed -n "s/^#define RECNN_ABI_$1 //p" "$srcdir/include/recnn/abi.h"; }
variable() { pkg-config --variable="$1" recnn-plugin; }
# same TEXT A B
same() { if [ "$2" = "$3" ]; then pass "$1: $2"; else fail "$1: \"$2\", expected \"$3\""; fi; }

same "abi_major" "$(variable abi_major)" "$(header MAJOR)"
same "abi_minor" "$(variable abi_minor)" "$(header MINOR)"
same "the version" "$(pkg-config --modversion recnn-plugin)" "$(recnn-inspect --version | sed 's/.* //')"
same "plugindir" "$(variable plugindir)" "$(variable libdir)/recnn/plugins-$(header MAJOR)"
check "plugindir is searched" sh -c "recnn-inspect | grep -qxF '  $(variable plugindir)'"
same "no library is linked" "$(pkg-config --libs recnn-plugin)" ""
finish
