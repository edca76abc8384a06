#!/bin/sh
# recnn inside a C program: examples/recommend.c, built by what pkg-config says, answers from a bundle
# as the model did that was saved.
. "${srcdir:?}/tests/lib/tap.sh"
command -v pkg-config >/dev/null || skip_all "pkg-config is not installed"
[ -z "$SANITIZERS" ] || skip_all "a program without sanitizers does not load a library with them"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LD_LIBRARY_PATH="${builddir:?}/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export LD_LIBRARY_PATH

cat >"$work/save.lua" <<'END'
local recnn = require "recnn"
local data = recnn.dataset(recnn.synthetic { users = 60, items = 40, seed = 1 })
local model = recnn.model("gru_session", { embedding_dim = 8, hidden_dim = 8 })
model:fit(data:split { seed = 1 }, { epochs = 1 })
model:save(arg[1])
local user, items = data:users()[1], data:items()
local function show(who, hits)
  for rank, hit in ipairs(hits) do
    print(("%s\t%d\t%s"):format(who, rank, hit.item))
  end
end
show(user, model:recommend { user = user, k = 5 })
show("history", model:recommend { history = { items[2], items[5] }, k = 5 })
local file <close> = assert(io.open(arg[2], "w"))
file:write(user, " ", items[2], " ", items[5], "\n")
END
check "a script saves a bundle" sh -c 'recnn-run --quiet "$1/save.lua" "$1/bundle" "$1/names" >"$1/expected"' - "$work"
# shellcheck disable=SC2016
check "one line builds the example" sh -c '$CC -std=c11 -Wall -Wextra -pedantic -Werror "$1" \
  $(pkg-config --cflags --libs recnn) -o "$2"' - "$srcdir/examples/recommend.c" "$work/recommend"
read -r user one other <"$work/names"
{
  "$work/recommend" "$work/bundle" "$user"
  "$work/recommend" "$work/bundle" -- "$one" "$other"
} 2>"$work/err" | cut -f 1-3 >"$work/is"
check "it answers as the model did" cmp "$work/is" "$work/expected"
check "... ten lines" test "$(wc -l <"$work/is")" -eq 10
"$work/recommend" "$work/bundle" nobody >"$work/out" 2>"$work/err"
check "a user whom it does not know: exit status 1" test $? -eq 1
check "... and says so" grep -q 'nobody: user "nobody" is not in the data of the model' "$work/err"
"$work/recommend" "$work" x >"$work/out" 2>"$work/err"
check "a folder that is no bundle: exit status 1" test $? -eq 1
check "... and says so" grep -q "recommend: $work/bundle.json: " "$work/err"
if command -v "${CXX:-g++}" >/dev/null; then
  # shellcheck disable=SC2016
  check "C++ builds it too" sh -c '${CXX:-g++} -x c++ -std=c++17 -Wall -Wextra -Werror "$1" \
    $(pkg-config --cflags --libs recnn) -o "$2"' - "$srcdir/examples/recommend.c" "$work/recommend++"
else
  skip "C++ builds it too" "there is no C++ compiler (CXX or g++)"
fi
finish
