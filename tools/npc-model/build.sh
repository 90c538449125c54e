#!/bin/sh
# Rebuilds the sample model from nothing: corpus, tokenizer, training, export, golden values, checks.
# Usage: tools/npc-model/build.sh [steps]        (PYTHON and WORK may be set in the environment)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
work=${WORK:-$here/build}
steps=${1:-2000}
model=$root/samples/models/npc-dialogue.gguf
golden=$root/tests/DePin.Sdk.Compute.Tests/Golden/npc-dialogue.json

mkdir -p "$work" "$(dirname "$model")" "$(dirname "$golden")"
cd "$here"
"$python" train.py --work "$work" --steps "$steps"
"$python" export.py --work "$work" --out "$model"
"$python" golden.py --model "$model" --out "$golden"
"$python" verify.py --work "$work" --model "$model" --golden "$golden"
"$python" sample.py --model "$model"
