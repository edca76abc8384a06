# Runs the examples of a document, as a reader would: from its top to its end, in an empty folder.
# What to do with a fenced block stands behind its language:
#   ```lua hello.lua     the block becomes the file hello.lua
#   ```sh run            the block is run by sh; every line must succeed
# Blocks without a second word are left alone.
# shellcheck shell=sh

# extract DOCUMENT FOLDER: writes FOLDER/LINE.run or FOLDER/LINE.file (first line: the name) for each
# block, LINE with leading zeros so that they sort.
extract() {
  awk -v folder="$2" '
    /^```/ && !inside {
      inside = 1; out = ""
      n = split($0, word, " ")
      if (n == 2) {
        out = sprintf("%s/%05d.%s", folder, FNR, word[2] == "run" ? "run" : "file")
        printf "" >out
        if (word[2] != "run") print word[2] >out
      }
      next
    }
    /^```/ { inside = 0; if (out != "") close(out); next }
    inside && out != "" { print >out }' "$1"
}

# run_document DOCUMENT: a test case for each block that is run, in a fresh folder.
run_document() {
  blocks=$(mktemp -d)
  place=$(mktemp -d)
  extract "$1" "$blocks"
  for block in "$blocks"/*; do
    case $block in
      *.file) tail -n +2 "$block" >"$place/$(head -n 1 "$block")" ;;
      *.run)
        line=$(basename "$block" .run | sed 's/^0*//')
        check "$(basename "$1"), line $line" sh -c 'cd "$1" && exec sh -eux "$2" </dev/null' run "$place" "$block"
        ;;
    esac
  done
  rm -rf "$blocks" "$place"
}
