"""Compares the reference with another engine, at every position of every tiny model.

    python3 compare.py --models FOLDER --program PROGRAM

FOLDER is what `make.py --f32` wrote; PROGRAM MODEL CONTEXT TOKENS OUT writes the logits of all tokens as float32 (see peer.cpp).
"""
import argparse
import dataclasses
import json
import os
import subprocess
import tempfile

import numpy as np
import torch

import files
import reference
from files import gguf
from architectures import build
from make import weights_of
from reference import forward


def half_gelu(x, exact=reference.gelu):
    """GELU from a table of half-precision numbers between -10 and 10."""
    return torch.where(x.abs() < 10, exact(x.half().double()).half().double(), torch.relu(x))


def run(program, path, context, tokens, vocab):
    with tempfile.TemporaryDirectory() as scratch:
        listing, out = os.path.join(scratch, "tokens"), os.path.join(scratch, "logits")
        with open(listing, "w", encoding="ascii") as f:
            f.write(" ".join(map(str, tokens)))
        subprocess.run([program, path, str(context), listing, out], check=True, stdout=subprocess.DEVNULL)
        return np.fromfile(out, "<f4").reshape(len(tokens), vocab)


def windowed_twin(model, w, path):
    """llama.cpp knows no window in its "llama"; its "granite_swa" is the same network with one, where all scales are one and the sinks empty."""
    pattern = gguf.Typed(gguf.ARR, (gguf.I32, [1] * model.description.layers))
    twin = dataclasses.replace(model, gguf_architecture="granite_swa",
                               metadata={**model.metadata, "attention.sliding_window_pattern": pattern, "logit_scale": 1.0})
    sinks = {f"blk.{layer}.attn_sinks.weight": [-1e9] * model.description.heads for layer in range(model.description.layers)}
    files.write_gguf(path, twin, w, "F32", sinks)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--half-gelu", action="store_true", help="let the reference take GELU from a table of half-precision numbers")
    a = parser.parse_args()
    if a.half_gelu:
        reference.gelu = half_gelu
    for seed, model in enumerate(build(), 1):
        folder = os.path.join(a.models, model.name)
        with open(os.path.join(folder, "golden.json"), encoding="utf-8") as f:
            tokens = json.load(f)["tokens"]
        w, d = weights_of(model, seed), model.description
        cases = [("f32", model.context, d)] if model.config is not None else []
        cases += [("f32", context, dataclasses.replace(d, **changes)) for context, changes in model.runs.values()]
        cases += [(kind.lower(), model.context, d) for kind in model.quantized]
        if model.gguf_architecture == "llama" and d.window is not None:
            windowed_twin(model, w, os.path.join(folder, "granite_swa.gguf"))
            cases = [("granite_swa", model.context, d)]
        for kind, context, description in cases:
            path = os.path.join(folder, f"{kind}.gguf")
            stored = w if kind.upper() not in model.quantized else files.write_gguf(os.path.join(tempfile.gettempdir(), "again.gguf"), model, w, kind.upper())
            expected = forward(description, stored, tokens)[0].numpy()
            got = run(a.program, path, context, tokens, d.vocab)
            errors = np.abs(got - expected).max(1)
            line = f"{model.name:8} {kind:11} context {context:4}: largest difference {errors.max():.2e}"
            if kind.upper() in model.quantized:
                top = np.sort(expected, 1)
                same = got.argmax(1) == expected.argmax(1)
                margins = (top[:, -1] - top[:, -2])[~same]
                line += f", argmax equal at {same.sum()} of {len(tokens)}, largest margin missed {margins.max() if len(margins) else 0:.3f}"
            print(line)


if __name__ == "__main__":
    main()
