#!/bin/sh
# Checks jsonlines.so against what recnn asks of plugins, and uses it.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./jsonlines.so
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
recnn-run --quiet -p "$here" "$here/test.lua"
recnn-data describe -p "$here" -f jsonlines good.jsonl >described
grep -q "^users  *2$" described || { cat described; exit 1; }
echo "jsonlines: passed"
