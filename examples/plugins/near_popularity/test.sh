#!/bin/sh
# Checks near_popularity.so against what recnn asks of plugins, and uses it.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./near_popularity.so
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
recnn-run --quiet -p "$here" "$here/test.lua"
echo "near_popularity: passed"
