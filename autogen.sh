#!/bin/sh
# Makes configure and the generated lists; needed once after a clone, and after a file was added.
set -eu
cd "$(dirname "$0")"
build-aux/gen-sources
mkdir -p build-aux/m4
autoreconf --install --force --warnings=all,no-obsolete
