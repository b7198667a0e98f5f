#!/usr/bin/env bash
# Checks our formats and numerics against programs we did not write.
#
#   run.sh DIRECTORY TOOLS ROUND    a directory for the Python environment, the built commands, and
#                                   the directory of a finished demonstration round
set -euo pipefail
directory=$1
tools=$(cd "$2" && pwd)
round=$(cd "$3" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
packages=(transformers==5.23.0 tokenizers==0.23.3 safetensors==0.8.0 numpy==2.4.6 gguf==0.19.0
    accelerate==1.15.0 xllamacpp==2026.10.11549)

mkdir -p "$directory"
venv=$directory/venv
if [ "$(cat "$venv/.complete" 2>/dev/null)" != "${packages[*]}" ]; then
    echo 'interop: making a Python environment'
    python3 -m venv "$venv"
    pip=("$venv/bin/pip" install --quiet --disable-pip-version-check)
    # The build for CPUs alone where it can be had, else the general one.
    "${pip[@]}" torch==2.13.0+cpu 2>/dev/null || "${pip[@]}" torch==2.13.0
    "${pip[@]}" "${packages[@]}"
    echo "${packages[*]}" > "$venv/.complete"
fi

passed=0
failed=0
check() {
    local name=$1
    shift
    echo "== $name"
    if "$venv/bin/python" "$here/$name.py" "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
    fi
}

last=$(find "$round" -maxdepth 1 -name 'checkpoint-*.tar.zst' | sort -V | tail -n 1)
check test_arithmetic
check test_assignment
check test_artifacts "$last" "$round"/round-1/*.contribution
check test_tokenizer "$tools/nous-shard"
check test_gradients "$tools/interop-gradients"
check test_families "$tools"
check test_models "$tools"
check test_transformers "$tools" "$last" "$round/text/Rev-022.txt"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
