#!/bin/sh
# recnn-new-plugin: what it writes builds with make, with one line of cc and with one of C++, passes
# its own test, and installs; and how it takes mistakes.
. "${srcdir:?}/tests/lib/tap.sh"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
[ -z "$SANITIZERS" ] || skip_all "a plugin without sanitizers does not load into programs with them"

# fails STATUS TEXT ARGUMENT...: refused with that status, and says TEXT.
fails() {
  status=$1 text=$2
  shift 2
  recnn-new-plugin "$@" >out 2>err
  is=$?
  if [ $is -eq "$status" ] && grep -qF -- "$text" err; then
    pass "recnn-new-plugin $*: $text"
  else
    fail "recnn-new-plugin $*: exit status $status and $text, got $is" err
  fi
}

check "it writes a project" recnn-new-plugin my_model
check "... which make builds" make -C my_model CC="$CC" CFLAGS="-O2 -Wall -Wextra -pedantic -Werror"
check "... which passes its test" make -C my_model CC="$CC" check
check "... which installs" make -C my_model CC="$CC" PLUGINDIR=/plugins DESTDIR="$work/dest" install
check "... and works from there" recnn-inspect -p "$work/dest/plugins" my_model
check "... and comes off again" make -C my_model PLUGINDIR=/plugins DESTDIR="$work/dest" uninstall
check "... without a rest" sh -c '[ -z "$(ls "$1")" ]' - "$work/dest/plugins"

lines=$(grep -vc '^ *\(/\?\*.*\)\?$' my_model/my_model.c)
check "the model has 80 lines of code or fewer ($lines)" test "$lines" -le 80

check "one line of cc builds it" sh -c '$CC -Wall -Wextra -pedantic -Werror -shared -fPIC \
  $(pkg-config --cflags recnn-plugin) -o my_model/my_model.so my_model/my_model.c -lm'
check "... and it passes recnn-check" recnn-check -q plugin my_model/my_model.so
if command -v "${CXX:-g++}" >/dev/null; then
  check "one line of C++ builds it" sh -c '${CXX:-g++} -x c++ -std=c++17 -Wall -Wextra -pedantic -Werror -shared \
    -fPIC $(pkg-config --cflags recnn-plugin) -o my_model/my_model.so my_model/my_model.c -lm'
  check "... and it passes recnn-check" recnn-check -q plugin my_model/my_model.so
else
  skip "one line of C++ builds it" "there is no C++ compiler (CXX or g++)"
fi

check "a folder and a licence of one's own" recnn-new-plugin -d "$work/there" --licence MIT other
check "... stand in the manifest" grep -q '"0.1.0", "MIT"' there/other.c
grep -rn '@[A-Z]*@' my_model there >found
empty "no placeholder is left" found

fails 1 "my_model is there already" my_model
fails 2 'NAME is "My-Model"' My-Model
fails 2 "no NAME was given"
fails 2 "unknown option --fast" --fast x
fails 2 'got "b" too' a b
fails 2 "no folder was named" -d
fails 2 'the licence is "a|b"' -l 'a|b' c
fails 1 "cannot make" -d "$work/no/where" d
RECNN_TEMPLATES=$work/nowhere
export RECNN_TEMPLATES
check "nothing is left of those" sh -c '[ -z "$(ls -d ./*.new 2>/dev/null)" ] && [ ! -e c ] && [ ! -e d ]'
finish
