#!/bin/sh
# recnn-data: describe, convert, split, and fetch from a local server that is stopped half way,
# lies, or is not there.  Nothing here leaves the machine.
. "${srcdir:?}/tests/lib/tap.sh"
place=$(mktemp -d)
server=
trap 'stop; rm -rf "$place"' EXIT
cd "$place" || exit 1

# says FILE TEXT...: each text is in the file.
says() {
  in=$1
  shift
  for text in "$@"; do
    grep -qF -e "$text" "$in" || { echo "'$text' is not in:" && cat "$in" && return 1; }
  done
}
# run STATUS ARGUMENT...: recnn-data ends so; what it says is in out and err.
run() {
  expected=$1
  shift
  recnn-data "$@" >out 2>err
  status=$?
  [ $status -eq "$expected" ] || { echo "status $status, expected $expected" && cat out err && return 1; }
}

printf 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n' >tiny.inter
for user in 1 2 3 4; do
  for item in 1 2 3 4 5; do
    printf '%s\t%s\t%s\t%s\n' "u$user" "i$item" "$item" $((86400 * (item + 10 * user)))
  done
done >>tiny.inter
printf 'u4\ti5\t5\t3888000\nu9\ti1\t1\t86400\n' >>tiny.inter

described() {
  run 0 describe tiny.inter &&
    says out "users          5" "items          5" "interactions   22" "density        88 %" \
      "ratings        1 to 5, mean 3" "times          1970-01-02 00:00:00 to 1970-02-15 00:00:00 UTC, 44 days" \
      "1 interactions repeat a pair" "1 of these have the same time" "1 users have a single interaction" \
      "of a user                     1        1        5        5        5        6        6        6        4.4" \
      "of an item                    4        4        4        4        5        5        5        5        4.4"
}
check "describe: counts, quantiles, times, remarks" described
filtered() {
  run 0 describe --filter min_user=2 --filter duplicates=last tiny.inter &&
    says out "users          4" "interactions   20" "filter         duplicates last, min_user 2: 20 of 22" &&
    ! grep -q remarks out
}
check "describe: of a filtered part" filtered
printf 'user_id:token\titem_id:token\trating:float\n1\t2\tx\n' >bad.inter
broken() { run 1 describe bad.inter && says err "bad.inter:2" "rating" '"x"'; }
check "describe: what is wrong with a file, and where" broken

converted() {
  printf '1 5 6 7\n2 6 8\n' >sessions.txt
  run 0 convert -f sequences -r sessions=true sessions.txt one && says out "2 users, 6 items, 7 interactions" &&
    run 0 describe one && says out "users          2" "interactions   7" &&
    run 0 convert one two && diff -r one two
}
check "convert: a reader's options; converted again it is the same" converted
full() {
  awk 'BEGIN { print "user_id:token\titem_id:token"; for (i = 0; i < 400; i++) print "u" i % 20 "\ti" i }' >big.inter
  (trap '' XFSZ && ulimit -f 1 && recnn-data convert big.inter full >/dev/null 2>err)
  status=$?
  [ $status -eq 1 ] && says err "cannot write full/big.item: File too large" && [ "$(ls -A full)" = big.user ]
}
check "convert: a full disk, here a bound on files: what is there is whole, and is no data set" full
divided() {
  run 0 split tiny.inter cut --leave-one-out --seed=3 --filter duplicates=first &&
    says out "train 13, valid 4, test 4 (leave one out by user, time order)" "audit: no leaks" &&
    [ "$(wc -l <cut/tiny.test.inter)" -eq 5 ] && grep -q "^u1	i5	" cut/tiny.test.inter &&
    run 0 describe cut && says out "parts          train 13, valid 4, test 4"
}
check "split: a file for each part, read back in parts" divided
refused() {
  run 1 split tiny.inter never --group-by none --ratio 0.5,0,0.5 --audit error --seed 1 --filter 'timestamp=[3888000,inf)' &&
    says err "audit of tiny" "at the same time" && [ ! -e never ] &&
    run 1 split tiny.inter never --group-by whole_user && says err "no part for what is known"
}
check "split: a leak is an error where it is asked to be" refused

usage() {
  run 2 && says err "describe, convert, split or fetch" &&
    run 2 descibe x && says err "did you mean describe?" &&
    run 2 split a b --rati 1,0,0 && says err "split: unknown option --rati: did you mean --ratio?" &&
    run 2 describe a --mirror x && says err "describe: unknown option --mirror" &&
    run 2 split a b --ratio && says err "--ratio needs a value" &&
    run 2 convert a && says err "expected PATH and FOLDER, got 1 argument" &&
    run 2 describe a b c && says err "one argument too many: c" &&
    run 2 split tiny.inter x --seed many && says err "seed" "many" &&
    run 2 describe tiny.inter --filter min_usr=2 && says err "min_usr" "did you mean min_user" &&
    run 2 describe tiny.inter --filter min_user && says err "expected OPTION=VALUE" &&
    run 2 describe tiny.inter -r x=1 && says err "option x" &&
    run 2 fetch --sha256 12 http://x/y && says err "64 hexadecimal digits, got 12" &&
    run 2 fetch --sha256 12 ml-1m && says err "--sha256 is for a URL" &&
    run 2 fetch --mirror http://x http://x/y && says err "--mirror is for" &&
    run 2 fetch ml-100 && says err "did you mean ml-100k?"
}
check "mistakes on the command line" usage
help() { run 0 --help && says out "Exit status" && run 0 split --version && says out "recnn-data " && run 0 fetch --list && says out ml-1m; }
check "--help, --version, fetch --list" help

stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; server=; }; }
# serve RANGES: a server of this folder's `served` on a port that it writes to `port`; it goes on
# in the middle of files when RANGES is yes.
serve() {
  stop
  rm -f port
  python3 - "$1" >/dev/null 2>&1 <<'PYTHON' &
import http.server, os, re, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            body = open("served" + self.path, "rb").read()
        except OSError:
            return self.send_error(404)
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(asked[1]) if asked and sys.argv[1] == "yes" else 0
        if begin >= len(body) and begin:
            return self.send_error(416)
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        self.wfile.write(body[begin:])
        open("asked", "a").write(f"{begin} {len(body) - begin}\n")
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
PYTHON
  server=$!
  tries=0
  while [ ! -f port ] && [ $tries -lt 200 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  [ -f port ] && url=http://127.0.0.1:$(cat port)
}
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY

if ! command -v python3 >/dev/null || ! python3 -c "import http.server" 2>/dev/null; then
  skip "fetch" "there is no python3 to serve files"
elif ! { mkdir served && head -c 300000 /dev/urandom >served/data.bin && serve yes; }; then
  skip "fetch" "no server can be started"
elif recnn-data fetch -q -o probe "$url/data.bin" 2>&1 | grep -q "need libcurl"; then
  skip "fetch" "libcurl is not installed"
else
  sum=$(sha256sum <served/data.bin | cut -d' ' -f1)
  whole() {
    run 0 fetch --to here --sha256 "$sum" "$url/data.bin" && says out "here/data.bin: checked" &&
      cmp here/data.bin served/data.bin && [ ! -e here/data.bin.part ] &&
      run 0 fetch --to here --sha256 "$sum" "$url/data.bin" && says out "is there already"
  }
  check "fetch: a file, which is checked, and is not fetched twice" whole
  resumed() {
    rm -f asked && mkdir -p go && head -c 100000 served/data.bin >go/data.bin.part &&
      run 0 fetch -o go --sha256 "$sum" "$url/data.bin" && cmp go/data.bin served/data.bin && says asked "100000 200000"
  }
  check "fetch: goes on where it ended" resumed
  complete() {
    rm -f asked && mkdir -p all && cp served/data.bin all/data.bin.part &&
      run 0 fetch -o all --sha256 "$sum" "$url/data.bin" && cmp all/data.bin served/data.bin && [ ! -e asked ]
  }
  check "fetch: a piece that is the whole is not fetched again" complete
  longer() {
    mkdir -p long && cat served/data.bin served/data.bin >long/data.bin.part &&
      run 0 fetch -o long --sha256 "$sum" "$url/data.bin" && cmp long/data.bin served/data.bin
  }
  check "fetch: a piece that is too long is begun anew" longer
  wrong() {
    printf 'no zip' >served/ml-100k.zip
    run 1 fetch -o lie --mirror "$url" ml-100k &&
      says err "ml-100k.zip is not what was expected" "SHA-256" "expected 50d2a982" && [ -z "$(ls lie)" ]
  }
  check "fetch: a file that is not what it should be is removed" wrong
  left_alone() {
    mkdir -p mine && echo mine >mine/ml-100k.zip && run 1 fetch -o mine --mirror "$url" ml-100k &&
      says err "left alone" && says mine/ml-100k.zip mine
  }
  check "fetch: a file of the user's is left alone" left_alone
  # Archives: good.zip with a folder, and others that are up to something.
  python3 - served <<'PYTHON'
import stat, sys, zipfile
def make(name, entries, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}.zip", "w", method) as z:
        for entry, text in entries:
            z.writestr(entry, text)
rows = "".join(f"{u}\t{i}\t3\t88125{u}{i}\n" for u in range(10, 40) for i in range(10, 30))
make("good", [("ml-x/", ""), ("ml-x/u.data", rows), ("ml-x/more/README", "x" * 100)])
make("flat", [("u.data", rows)], zipfile.ZIP_STORED)
make("slip", [("ml-x/u.data", rows), ("ml-x/../../slipped", "x")])
make("root", [("/tmp/slipped", "x")])
make("bomb", [("zeros", b"\0" * 20000000)])
link = zipfile.ZipInfo("ml-x/link")
link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
make("link", [(link, "/etc/passwd")])
good = open(f"{sys.argv[1]}/good.zip", "rb").read()
bad = bytearray(good)
at = bad.find(b"ml-x/u.data") + 60
bad[at] ^= 0x55
open(f"{sys.argv[1]}/broken.zip", "wb").write(bad)
open(f"{sys.argv[1]}/cut.zip", "wb").write(good[: len(good) // 2])
PYTHON
  unpacked() {
    run 0 fetch -o zip "$url/good.zip" && says out "zip/good: unpacked" && run 0 describe zip/good && says out 600 &&
      [ "$(wc -c <zip/good/more/README)" -eq 100 ] && [ "$(ls zip)" = "good
good.zip" ] && run 0 fetch -o zip "$url/good.zip" && says out "zip/good is there already" &&
      run 0 fetch -o zip "$url/flat.zip" && run 0 describe zip/flat/u.data
  }
  check "fetch: an archive is unpacked" unpacked
  refuse() { run 1 fetch -o evil "$url/$1.zip" && says err "evil/$1.zip" "$2" && [ "$(ls -A evil)" = "$1.zip" ] && rm -r evil; }
  refused() {
    refuse slip 'the name "ml-x/../../slipped"' && refuse root 'the name "/tmp/slipped"' && refuse bomb "more than 200 times" &&
      refuse link "ml-x/link in it is a link" && refuse broken "ml-x/u.data: expected a whole" &&
      refuse cut "no end of an archive" && [ ! -e slipped ] && [ ! -e /tmp/slipped ]
  }
  check "fetch: archives that are damaged or lead elsewhere are refused, and leave nothing" refused
  missing() { run 1 fetch -o none "$url/nothing.bin" && says err "404" && [ -z "$(ls none)" ]; }
  check "fetch: a file that the server does not have" missing
  no_ranges() {
    serve no && mkdir -p old && head -c 100000 served/data.bin >old/data.bin.part &&
      run 0 fetch -o old --sha256 "$sum" "$url/data.bin" && cmp old/data.bin served/data.bin
  }
  check "fetch: from a server that cannot go on, from the start" no_ranges
  down() { stop && run 1 fetch -o down "$url/data.bin" && says err "$url/data.bin" && [ -z "$(ls down)" ]; }
  check "fetch: a server that is not there" down
fi
finish
