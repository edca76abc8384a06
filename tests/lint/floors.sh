#!/bin/sh
# Includes run downward only, as build-aux/floors.txt orders the rooms, and a private header never
# leaves its room.  The public headers and the plugins see the C library and <recnn/...> alone.
. "${srcdir:?}/tests/lib/tap.sh"
cd "$srcdir" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT

# includes FILES...: FILE:LINE TARGET, a line for each #include (targets keep their < or ").
includes() {
  awk '/^[ \t]*#[ \t]*include[ \t]/ {
         target = $0; sub(/^[ \t]*#[ \t]*include[ \t]*/, "", target); sub(/[>"][^>"]*$/, "", target)
         print FILENAME ":" FNR, target
       }' "$@"
}
sources() { find "$@" -name '*.[ch]' -not -name 'registry-*.c'; }

# shellcheck disable=SC2046 # no spaces in our file names
includes $(sources core lua/src tools) | awk -v list=build-aux/floors.txt '
  BEGIN {
    while ((getline line < list) > 0)
      if (split(line, f, " ") == 2 && line !~ /^#/) floor[f[2]] = f[1] + 0
    floor["lua"] = 90; floor["tools"] = 99
  }
  {
    split($1, path, "/"); room = path[1] == "core" ? path[2] : path[1]
    if (!(room in floor)) { print $1 ": the room " room " is not in " list; next }
    if ($2 !~ /^"/) next
    target = substr($2, 2); from = room
    if (split(target, t, "/") > 1) from = t[1]
    if (from == room) next
    if (!(from in floor)) print $1 ": \"" target "\" belongs to no room of " list
    else if (target ~ /-private\.h$/) print $1 ": \"" target "\" is private to " from
    else if (floor[from] >= floor[room])
      print $1 ": " room " (floor " floor[room] ") may not include " target " (floor " floor[from] ")"
  }' >"$found"
empty "core, lua and tools include downward only" "$found"

c_library='assert|ctype|errno|float|inttypes|limits|math|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|tgmath'
# shellcheck disable=SC2046
includes $(sources include) | grep -vE " <(recnn/[a-z/_-]+|$c_library)\.h$" >"$found"
empty "public headers include the C library and recnn's own alone" "$found"

# A plugin may split itself into several files: a quoted name without a folder is its own.
# shellcheck disable=SC2046
includes $(sources plugins) | grep -vE " (<(recnn/[a-z/_-]+|$c_library)\.h|\"[a-z0-9_-]+\.h)$" >"$found"
empty "plugins include public headers alone" "$found"

finish
