#!/bin/sh
# Checks sasrec.so against what recnn asks of plugins, and trains it on generated sequences.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./sasrec.so
recnn-run --quiet -p . test.lua
echo "sasrec: passed"
