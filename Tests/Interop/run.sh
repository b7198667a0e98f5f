#!/usr/bin/env bash
# Checks our formats and numerics against programs we did not write.
#
#   run.sh PYTHON TOOLS ROUND    the directory of a Python environment (made if missing), the built
#                                commands, and the directory of a finished demonstration round
set -euo pipefail
venv=$1
tools=$(cd "$2" && pwd)
round=$(cd "$3" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
"$here/../../Scripts/python-environment.sh" "$venv"

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
check test_committee
check test_audit
check test_scores "$tools"
check test_tlog "$tools"
check test_books "$tools"
check test_tables "$tools"
check test_report "$tools" "$round" "$(dirname "$venv")/screenshots"
check test_assignment_scale "$tools/nous-shard"
check test_updates "$tools"
check test_merging "$tools"
check test_artifacts "$last" "$round"/round-1/*.contribution
check test_tokenizer "$tools/nous-shard"
check test_exchange "$tools/nous-shard"
check test_vocabularies "$tools/nous-shard" "$(dirname "$venv")/vocabularies"
check test_packing "$tools/nous-shard"
check test_gradients "$tools/interop-gradients"
check test_documents "$tools/interop-gradients"
check test_families "$tools"
check test_demo "$tools/interop-methods"
check test_fraud "$tools"
check test_models "$tools"
check test_pytorch_worker "$tools"
check test_model_merging "$tools"
check test_mergekit "$tools" "$(dirname "$venv")/mergekit"
check test_model_signing "$tools" "$(dirname "$venv")/model-signing"
check test_solana "$tools"
check test_payments "$tools"
check test_transformers "$tools" "$last" "$round/text/Rev-022.txt"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
