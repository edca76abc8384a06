#!/bin/sh
# The public headers: each compiles alone, in C and C++, with every warning on, and needs nothing but
# include/.  All that they fix of the ABI is written down in test-layout.c.
. "${srcdir:?}/tests/lib/tap.sh"
cd "$srcdir" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings="-Wall -Wextra -Wshadow -Wundef -Wconversion -Wcast-qual -pedantic -Werror"

# c_compiles STANDARD FILE, cxx_compiles STANDARD FILE
c_compiles() {
  # shellcheck disable=SC2086 # the variables hold several words
  ${CC:-cc} $warnings -Wstrict-prototypes -Wmissing-prototypes -O2 -std="$1" -Iinclude -x c -c \
    -o "$work/out.o" "$2"
}
cxx_compiles() {
  # shellcheck disable=SC2086
  ${CXX:-g++} $warnings -Wold-style-cast -Wno-error=old-style-cast -O2 -std="$1" -Iinclude -x c++ -c \
    -o "$work/out.o" "$2"
}

have_cxx=yes
command -v "${CXX:-g++}" >/dev/null || have_cxx=no

for header in $(cd include && find recnn -name '*.h' | sort); do
  { echo "#include <$header>"; echo "extern int one_thing;"; } >"$work/lone.c"
  for standard in c11 c17; do
    check "$header, $standard" c_compiles "$standard" "$work/lone.c"
  done
  if [ $have_cxx = yes ]; then
    check "$header, c++17" cxx_compiles c++17 "$work/lone.c"
  else
    skip "$header, c++17" "there is no C++ compiler (CXX or g++)"
  fi
done

# Twice, and in another order: a guard that is missing or shared shows.
for header in $(cd include && find recnn -name '*.h' | sort -r) \
  $(cd include && find recnn -name '*.h' | sort); do
  echo "#include <$header>"
done >"$work/all.c"
check "all of them, twice" c_compiles c17 "$work/all.c"

find include/recnn -name '*.h' | while read -r header; do
  guard=$(echo "$header" | sed 's|^include/||' | tr 'a-z/.' 'A-Z__')
  grep -q "^#ifndef $guard\$" "$header" && grep -q "^#define $guard\$" "$header" ||
    echo "$header: its guard is not $guard"
done >"$work/found"
empty "each guard is the header's path" "$work/found"

# What is compiled into a plugin (the kit, the wrappers) is no part of the ABI; all else is golden.
abi_headers=$(find include/recnn -name '*.h' -not -path '*/kit/*' -not -name plugin.h -not -name ops.h)
# shellcheck disable=SC2086
awk '
  /^(typedef )?struct [A-Za-z]+ \{$/ { s = $1 == "struct" ? $2 : $3; print "SIZE(" s ","; next }
  /^\}/ { s = "" }
  s != "" && /\(\*[a-z_0-9]+\)\(/ { m = $0; sub(/^.*\(\*/, "", m); sub(/\).*/, "", m); print "AT(" s ", " m "," }
  /^#define RECNN_[A-Z0-9_]+ +("|[0-9]|UINT32_C)/ { print $2 }' $abi_headers |
  while read -r thing; do
    grep -qF "$thing" tests/abi/test-layout.c || echo "$thing"
  done >"$work/found"
empty "test-layout.c leaves nothing out" "$work/found"
finish
