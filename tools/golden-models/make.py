"""Writes the tiny models and their golden values.

    python3 make.py --out ../../tests/DePin.Sdk.Compute.Tests/Golden/Architectures
    python3 make.py --out /tmp/plain --f32     # every GGUF file in F32, for comparing with other programs
"""
import argparse
import base64
import dataclasses
import json
import os
import shutil

import numpy as np
import torch

import files
from architectures import build
from reference import forward

TOKENS = 48
LONG_TOKENS = 124
POSITIONS = [0, 1, 7, 15, 16, 17, 31, 47]
HIDDEN = [16, 47]

# Whatever an engine can forget must show by far more than it may err, which is 1e-4 in the tests.
VISIBLE = 0.02


def truncated(x):
    """To eight significant bits and a common exponent range, so that F32, F16 and BF16 hold the very same numbers."""
    x = np.asarray(x, np.float32)
    x = np.where(np.abs(x) < 2.0 ** -14, 0, x).astype(np.float32)
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def weights_of(model, seed):
    d = model.description
    random = np.random.default_rng(seed)
    w = {}

    def matrix(name, rows, columns, gain=1.0):
        w[name] = truncated(random.standard_normal((rows, columns)) * gain / np.sqrt(columns))

    def norm(name, length):
        # One less than the factor is what has to be representable for the norms of Gemma.
        w[name] = truncated(random.standard_normal(length) * 0.25 + (0 if model.gemma_norms else 1))
        if model.gemma_norms:
            w[name] = (w[name] + np.float32(1)).astype(np.float32)

    matrix("embedding", d.vocab, d.width, 2.0)
    if not d.tied:
        matrix("output", d.vocab, d.width, 2.0)
    norm("output_norm", d.width)
    for layer in range(d.layers):
        p = f"{layer}."
        for name, rows, gain in (("q", d.heads * d.head, 1.4), ("k", d.kv_heads * d.head, 1.4), ("v", d.kv_heads * d.head, 1.4)):
            matrix(p + name, rows, d.width, gain)
            if d.bias:
                w[p + name + "_bias"] = truncated(random.standard_normal(rows) * 0.5)
        matrix(p + "o", d.width, d.heads * d.head)
        matrix(p + "gate", d.feed, d.width, 1.4)
        matrix(p + "up", d.feed, d.width, 1.4)
        matrix(p + "down", d.width, d.feed)
        norm(p + "attention_norm", d.width)
        norm(p + "feed_norm", d.width)
        if d.post_norms:
            norm(p + "attention_post_norm", d.width)
            norm(p + "feed_post_norm", d.width)
        if d.qk_norm:
            norm(p + "q_norm", d.head)
            norm(p + "k_norm", d.head)
    return w


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def described(d):
    """The description in the terms of the engine's own."""
    def rope(r):
        frequencies = r.angles(torch.ones(1))[0]
        return dict(frequencies=[float(f"{f:.12g}") for f in frequencies], magnitude=r.magnitude)

    return dict(
        layers=d.layers, width=d.width, heads=d.heads, kv_heads=d.kv_heads, head=d.head, feed=d.feed, vocabulary=d.vocab, epsilon=d.eps,
        rope=rope(d.rope), sliding_rope=None if d.sliding_rope is None else rope(d.sliding_rope), gelu=d.gelu, embedding_scale=d.embedding_scale,
        attention_scale=d.head ** -0.5 if d.attention_scale is None else d.attention_scale, attention_cap=d.attention_cap, logit_cap=d.logit_cap,
        window=d.window, slides=[d.slides(layer) for layer in range(d.layers)], qk_norm=d.qk_norm, post_norms=d.post_norms)


def exact_case(d, w, tokens, long_tokens, context=None, config=None):
    logits, hidden = forward(d, w, tokens)
    long_logits, _ = forward(d, w, long_tokens)
    case = dict(description=described(d), logits=text(logits[POSITIONS]), hidden=text(hidden[HIDDEN]), long_logits=text(long_logits[-1]))
    if context is not None:
        case["context"] = context
    if config is not None:
        case["config"] = config
    return case


def quantized_case(d, w, tokens):
    logits, _ = forward(d, w, tokens)
    top = torch.topk(logits, 2, -1)
    return dict(logits=text(logits[POSITIONS]), argmax=top.indices[:, 0].tolist(),
                margins=[round(float(a - b), 4) for a, b in top.values])


def make(model, seed, out, all_f32):
    d, w = model.description, weights_of(model, seed)
    tokens = np.random.default_rng(1000 + seed).integers(0, d.vocab, TOKENS).tolist()
    long_tokens = np.random.default_rng(2000 + seed).integers(0, d.vocab, LONG_TOKENS).tolist()
    folder = os.path.join(out, model.name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    golden = dict(architecture=model.gguf_architecture, context=model.context, tokens=tokens, long_tokens=long_tokens, positions=POSITIONS, hidden_positions=HIDDEN, cases={})
    full, _ = forward(d, w, tokens)
    if model.config is not None:
        files.write_gguf(os.path.join(folder, f"{'f32' if all_f32 else model.store.lower()}.gguf"), model, w, "F32" if all_f32 else model.store)
        files.write_hugging_face(os.path.join(folder, "hf"), model, w)
        golden["cases"]["exact"] = exact_case(d, w, tokens, long_tokens)
        for name, (config, changes) in model.variants.items():
            golden["cases"][name] = exact_case(dataclasses.replace(d, **changes), w, tokens, long_tokens, config=config)
        for name, (context, changes) in model.runs.items():
            golden["cases"][name] = exact_case(dataclasses.replace(d, **changes), w, tokens, long_tokens, context=context)
    for kind in model.quantized:
        stored = files.write_gguf(os.path.join(folder, f"{kind.lower()}.gguf"), model, w, kind)
        golden["cases"][kind.lower()] = quantized_case(d, stored, tokens)
    for name, changes in model.without.items():
        other, _ = forward(dataclasses.replace(d, **changes), w, tokens)
        seen = float((other - full)[POSITIONS].abs().max())
        print(f"{model.name:8} without {name:16} the logits move by {seen:.3f}")
        assert seen > VISIBLE, (model.name, name)
    print(f"{model.name:8} logits: standard deviation {float(full.std()):.2f}, largest {float(full.abs().max()):.2f}")
    with open(os.path.join(folder, "golden.json"), "w", encoding="utf-8") as f:
        cases = golden.pop("cases")
        f.write("{\n" + "".join(f"{json.dumps(k)}: {json.dumps(v)},\n" for k, v in golden.items()) + '"cases": {\n'
                + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in cases.items()) + "\n}\n}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--f32", action="store_true")
    a = parser.parse_args()
    torch.set_num_threads(1)
    for seed, model in enumerate(build(), 1):
        make(model, seed, a.out, a.f32)


if __name__ == "__main__":
    main()
