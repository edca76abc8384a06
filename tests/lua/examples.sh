#!/bin/sh
# The example scripts: that they run, read what the other wrote, and answer wrong arguments.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
examples=$srcdir/examples

# says FILE TEXT...: each text is in the file.
says() {
  in=$1
  shift
  for text in "$@"; do
    grep -qF -e "$text" "$in" || { echo "'$text' is not in:" && cat "$in" && return 1; }
  done
}

generate() {
  recnn-run "$examples/generate.lua" "$1" users=120 items=80 seed="$2" >out 2>err || { cat err && return 1; }
  says out "120 users, 80 items" "written to $1" && [ -f "$1/synthetic.inter" ] && [ -f "$1/synthetic.item" ]
}
check "generate.lua writes atomic files" generate one 3
same() { generate two 3 && diff -r one two && generate three 4 && ! diff -q one/synthetic.inter three/synthetic.inter; }
check "the same bytes for the same seed" same
misspelt() { ! recnn-run "$examples/generate.lua" four user=5 2>err && says err "did you mean users" && [ ! -e four ]; }
check "a misspelt option" misspelt

quickstart() {
  recnn-run --quiet "$examples/quickstart.lua" "$@" >out 2>err || { cat err && return 1; }
  says out "model" "NDCG@10" "popularity" "neural_bpr" "advanced_ncf" "RMSE" "Recommended to user" " 1. " "10. "
}
folder() { quickstart --epochs 1 --data one --seed 5 && says out "120 users, 80 items" "seed 5"; }
check "quickstart.lua --data" folder
# What the example is to teach: who knows the users beats who does not.
generated() {
  quickstart && says out "synthetic: 1000 users, 500 items" && awk '
    $1 == "model" { for (i = 2; i <= NF; i++) if ($i == "NDCG@10") column = i }
    $1 == "popularity" { popularity = $column + 0 }
    $1 == "neural_bpr" { neural = $column + 0 }
    END { print "NDCG@10:", neural, "and", popularity; exit !(popularity > 0 && neural > 1.25 * popularity) }' out
}
if [ -n "${SANITIZERS:-}" ]; then
  skip "quickstart.lua: neural_bpr beats popularity" "takes long under sanitizers"
else
  check "quickstart.lua: neural_bpr beats popularity" generated
fi

# All twelve are made, learn, and are measured: the loss falls from the first epoch to the second.
demonstrates() {
  recnn-run --quiet "$examples/demonstrate.lua" >out 2>err || { cat err && return 1; }
  awk '$1 == "model" && $2 == "parameters" { table = 1; next }
    table && NF == 8 && $3 + 0 > $4 + 0 && $6 + 0 > 0 && $7 + 0 > 0 { n++ }
    table && $1 == "gru_session" { size = $2 }
    END { print n, "of 12 models learnt; gru_session has", size; exit !(n == 12 && size == "221,882") }' out
}
if [ -n "${SANITIZERS:-}" ]; then
  skip "demonstrate.lua: twelve models learn" "takes long under sanitizers"
else
  check "demonstrate.lua: twelve models learn" demonstrates
fi
some() {
  recnn-run --quiet "$examples/demonstrate.lua" --seed 7 deepfm narm >out 2>err || { cat err && return 1; }
  says out "deepfm: " "narm: " "first_order_weights.0" && ! grep -q "^gru_session" out
}
check "demonstrate.lua with names of models" some

usage() { recnn-run "$examples/$1.lua" "$2" "$3" >out 2>err; [ $? -eq 2 ] && says err "usage: recnn-run $1.lua"; }
check "quickstart.lua with an unknown argument" usage quickstart --dta one
check "quickstart.lua with a wrong number" usage quickstart --epochs many
check "demonstrate.lua with a model that is none" usage demonstrate gru
check "generate.lua without a folder" usage generate users=5 items=5
check "ml-100k.lua without data" usage ml-100k --seed 3
no_file() { recnn-run "$examples/s3rec-popularity.lua" 2>err; [ $? -eq 2 ] && says err "usage: recnn-run s3rec-popularity.lua"; }
check "s3rec-popularity.lua without a file" no_file
beauty=${RECNN_DATA:-$srcdir/../shared/data}/s3rec-beauty/Beauty.txt
published() {
  recnn-run --quiet "$examples/s3rec-popularity.lua" "$beauty" >out 2>err || { cat err && return 1; }
  says out "no leaks" "audit: model popularity counts all" && awk '
    $2 == "=" && $3 == "all" { all = ($4 + 0 == .0152 && $5 + 0 == .0068 && $6 + 0 == .0217) }
    $2 == "=" && $3 == "train" { train = ($4 + 0 == .0110 && $6 + 0 == .0198) }
    END { exit !(all && train) }' out
}
if [ -f "$beauty" ]; then
  check "s3rec-popularity.lua gives the published row, and the audit objects" published
else
  skip "s3rec-popularity.lua gives the published row" "there is no $beauty"
fi
no_data() { recnn-run "$examples/$1.lua" --seed 1 2>err; [ $? -eq 2 ] && says err "usage: recnn-run $1.lua --data "; }
for name in autoencoders beauty conditional diginetica frappe grocery ml-100k-multitask; do
  check "$name.lua says what it wants" no_data "$name"
done
# The scripts that tests have no data for, on a little of the same form.
cat >form.lua <<'END'
local recnn = require "recnn"
local data = recnn.synthetic { users = 60, items = 40, seed = 5 }
local lines, sessions = assert(io.open("lines.txt", "w")), assert(io.open("sessions/train_sessions.txt", "w"))
local test = assert(io.open("sessions/test_sessions.txt", "w"))
local parts = {}
for _, name in ipairs { "train", "dev", "test" } do
  parts[name] = assert(io.open("rows/" .. name .. ".csv", "w"))
  parts[name]:write("user_id\titem_id\ttime", name == "train" and "" or "\tneg_items", "\n")
end
for u, user in ipairs(data:users()) do
  local history = data:history(user)
  local items = {}
  for i, event in ipairs(history) do
    items[i] = event.item:sub(2)
    local part = i == #history and "test" or i == #history - 1 and "dev" or "train"
    parts[part]:write(("%d\t%s\t%d"):format(u, items[i], i), part == "train" and "" or "\t[1, 2, 3, 4, 5, 6]", "\n")
  end
  lines:write(u, " ", table.concat(items, " "), "\n");
  (u < 50 and sessions or test):write(table.concat(items, " "), "\n")
end
END
mkdir sessions rows
recnn-run form.lua || exit 1
small() {
  name=$1
  shift
  recnn-run --quiet "$examples/$name.lua" --seed 2 "$@" >out 2>err || { cat err && return 1; }
  awk 'END { exit !($0 != "") }' out && ! grep -i nan out
}
check "beauty.lua on a little data" small beauty --data lines.txt --only cnn_sequential
check "diginetica.lua on a little data" small diginetica --data sessions --only attention_gru
check "grocery.lua on a little data" small grocery --data rows
missing() { recnn-run "$examples/quickstart.lua" --data "$place/none" >out 2>err; [ $? -eq 1 ] && says err "$place/none"; }
check "data that is not there" missing
finish
