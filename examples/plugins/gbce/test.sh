#!/bin/sh
# Checks gbce.so against what recnn asks of plugins, and trains two models with it.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./gbce.so
recnn-run --quiet -p . test.lua
echo "gbce: passed"
