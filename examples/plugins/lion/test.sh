#!/bin/sh
# Checks lion.so against what recnn asks of plugins, and uses it.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./lion.so
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
recnn-run --quiet -p "$here" "$here/test.lua"
echo "lion: passed"
