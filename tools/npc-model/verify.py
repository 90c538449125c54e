"""Checks an exported GGUF against the checkpoint it came from.

    python3 verify.py --work build --model npc-dialogue.gguf [--golden npc-dialogue.json]

1. Every matrix is Q8_0 with rows of whole 32-value blocks, every vector is F32, and each value
   lies within half a quantization step of the trained one.
2. The network on the re-read weights agrees with the trained network within quantization error.
3. A second implementation of the forward pass, in plain numpy and one position at a time with a
   key/value cache, agrees with PyTorch, so that the golden values do not rest on one program.
4. Held-out loss of the trained and of the quantized weights.
"""
import argparse
import json
import os

import numpy as np
import torch

import corpus
import gguf
from golden import PROMPTS, load
from model import Llama
from tokenizer import Tokenizer, pre_tokenize
from train import evaluate


def numpy_logits(meta, w, ids):
    heads, kv_heads = meta["llama.attention.head_count"], meta["llama.attention.head_count_kv"]
    size, eps, base = meta["llama.rope.dimension_count"], meta["llama.attention.layer_norm_rms_epsilon"], meta["llama.rope.freq_base"]

    def norm(x, g):
        return x / np.sqrt(np.mean(x * x) + eps) * g

    def rotate(x, pos):
        x = x.reshape(-1, size).copy()
        for j in range(size // 2):
            angle = pos * base ** (-2 * j / size)
            a, b = x[:, 2 * j].copy(), x[:, 2 * j + 1].copy()
            x[:, 2 * j], x[:, 2 * j + 1] = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        return x

    cache = [([], []) for _ in range(meta["llama.block_count"])]
    for pos, token in enumerate(ids):
        x = w["token_embd.weight"][token].astype(np.float32)
        for n, (keys, values) in enumerate(cache):
            m = {k: w[f"blk.{n}.{k}.weight"] for k in ("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")}
            h = norm(x, m["attn_norm"])
            q = rotate(m["attn_q"] @ h, pos)
            keys.append(rotate(m["attn_k"] @ h, pos))
            values.append((m["attn_v"] @ h).reshape(-1, size))
            out = []
            for i in range(heads):
                kv = i // (heads // kv_heads)
                score = np.array([q[i] @ k[kv] for k in keys]) / np.sqrt(size)
                score = np.exp(score - score.max())
                score /= score.sum()
                out.append(sum(s * v[kv] for s, v in zip(score, values)))
            x = x + m["attn_output"] @ np.concatenate(out).astype(np.float32)
            h = norm(x, m["ffn_norm"])
            gate = m["ffn_gate"] @ h
            x = x + m["ffn_down"] @ (gate / (1 + np.exp(-gate)) * (m["ffn_up"] @ h))
    return w["token_embd.weight"] @ norm(x, w["output_norm.weight"])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--work", default="build")
    ap.add_argument("--model", required=True)
    ap.add_argument("--golden")
    ap.add_argument("--held-out", type=int, default=1500, help="dialogues for the loss; 0 skips it")
    ap.add_argument("--seed", type=int, default=20240)
    a = ap.parse_args()
    torch.set_num_threads(2)

    # The worked examples of the GPT-2 splitting rules.
    assert pre_tokenize("I've  a  dog\n\n x's 12a!? ") == ["I", "'ve", " ", " a", " ", " dog", "\n\n", " x", "'s", " 12", "a", "!?", " "]

    meta, tensors, kinds = gguf.read(a.model)
    saved = torch.load(os.path.join(a.work, "checkpoint.pt"))
    trained = Llama()
    trained.load_weights(saved["weights"])
    worst = 0.0
    for name, array in tensors.items():
        original = saved["weights"][name].numpy()
        assert original.shape == array.shape, name
        if array.ndim == 1:
            assert kinds[name] == gguf.F32 and np.array_equal(original, array), name
        else:
            assert kinds[name] == gguf.Q8_0 and array.shape[1] % gguf.BLOCK == 0, name
            blocks, back = original.reshape(-1, gguf.BLOCK), array.reshape(-1, gguf.BLOCK)
            step = np.abs(blocks).max(1, keepdims=True) / 127
            # Half a step from rounding, and up to 127 times the float16 error of the scale.
            error = np.abs(blocks - back) / np.maximum(step, 1e-12)
            assert error.max() < 0.5 + 127 * 2.0 ** -10, (name, error.max())
            worst = max(worst, float(error.max()))
    assert len(tensors) == len(saved["weights"])
    print(f"{len(tensors)} tensors follow the Q8_0/F32 rules; largest error {worst:.3f} of a quantization step")

    quantized, tok = load(a.model)
    assert tok.tokens == meta["tokenizer.ggml.tokens"] == Tokenizer.load(os.path.join(a.work, "tokenizer.json")).tokens
    for messages in PROMPTS:
        ids = tok.encode(corpus.render(messages, True))
        with torch.no_grad():
            x, y = trained(torch.tensor([ids]))[0, -1].numpy(), quantized(torch.tensor([ids]))[0, -1].numpy()
        z = numpy_logits(meta, tensors, ids)
        print(f"{len(ids)} prompt tokens: trained vs quantized {np.abs(x - y).max():.4f} (logit spread {x.std():.2f}), PyTorch vs numpy {np.abs(y - z).max():.6f}")
        assert np.abs(x - y).max() < 0.1 * x.std() + 0.1 and np.abs(y - z).max() < 1e-3

    if a.golden:
        with open(a.golden, encoding="utf-8") as f:
            golden = json.load(f)
        for case in golden["prompts"]:
            assert tok.encode(case["text"]) == case["prompt_ids"]
            y = numpy_logits(meta, tensors, case["prompt_ids"])
            assert np.abs(y - np.array(case["logits"])).max() < golden["tolerance"]
            # A near tie would let rounding flip a greedy choice; the golden file must not hinge on one.
            ids, closest = list(case["prompt_ids"]), np.inf
            for token in case["greedy_ids"]:
                with torch.no_grad():
                    top = torch.topk(quantized(torch.tensor([ids]))[0, -1], 2)
                assert int(top.indices[0]) == token
                closest = min(closest, float(top.values[0] - top.values[1]))
                ids.append(token)
            print(f"golden prompt of {len(case['prompt_ids'])} tokens agrees; closest greedy margin {closest:.4f}")
            assert closest > 0.01

    if a.held_out:
        held = corpus.make(a.seed + 1, a.held_out, validation=True)
        for label, model in (("trained f32", trained), ("quantized Q8_0", quantized)):
            loss, count = evaluate(model, tok, held)
            print(f"held-out loss, {label}: {loss:.4f} nats per token, perplexity {np.exp(loss):.4f}, {count} answer tokens")
    print("all checks passed")


if __name__ == "__main__":
    main()
