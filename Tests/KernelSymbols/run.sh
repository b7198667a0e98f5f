#!/bin/sh
# Refuses wide kernel objects that share code with other modules.
#
# The linker keeps one copy of a weak function. If a kernel set for wide registers brings the copy,
# every machine would run its instructions. Usage: run.sh [build directory, .build/release if none]
set -eu
build=${1:-.build/release}
status=0
for set in AVX2 AVX512; do
    for object in "$build/NumericKernels$set.build"/*.o; do
        shared=$(nm "$object" | awk '$2 == "W" { print $3 }' | grep -v "$set" || true)
        if [ -n "$shared" ]; then
            echo "kernel-symbols: error: '$object' shares code:" >&2
            echo "$shared" >&2
            status=1
        fi
    done
done
exit $status
