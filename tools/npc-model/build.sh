#!/bin/sh
# Rebuilds the sample model from nothing: corpus, tokenizer, training, export, golden values, checks.
# Usage: tools/npc-model/build.sh [stage-1 steps [stage-2 steps [stage-3 steps]]]
# PYTHON and WORK may be set in the environment.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
work=${WORK:-$here/build}
first=${1:-600}
second=${2:-362}
third=${3:-1500}
model=$root/samples/models/npc-dialogue.gguf
golden=$root/tests/DePin.Sdk.Compute.Tests/Golden/npc-dialogue.json

mkdir -p "$work" "$(dirname "$model")" "$(dirname "$golden")"
cd "$here"
# Stage 1 learns to speak; stages 2 and 3 practise copying names and places from the prompt, and each lets the learning rate sink.
"$python" train.py --work "$work" --steps "$first" --plateau
"$python" train.py --work "$work" --resume --steps "$second" --batch 2048 --drill 0.5 --copy 0.35
[ "$third" -eq 0 ] || "$python" train.py --work "$work" --resume --steps "$third" --batch 2048 --drill 0.5 --copy 0.25
"$python" export.py --work "$work" --out "$model"
"$python" golden.py --model "$model" --out "$golden"
"$python" heldout.py --model "$model" --out "$(dirname "$golden")/npc-heldout.json"
"$python" verify.py --work "$work" --model "$model" --golden "$golden"
"$python" sample.py --model "$model"
