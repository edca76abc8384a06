#!/bin/sh
# Checks @NAME@.so against what recnn asks of plugins, and trains it: it has to be better than what it
# began with, and to know its users.
set -eu
cd "$(dirname "$0")"
recnn-check --quiet plugin ./@NAME@.so
recnn-run --quiet -p . test.lua
echo "@NAME@: passed"
