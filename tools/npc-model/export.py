"""Writes <work>/checkpoint.pt and <work>/tokenizer.json as one GGUF file.

    python3 export.py --work build --out npc-dialogue.gguf
"""
import argparse
import os

import numpy as np
import torch

import gguf
from gguf import Typed
from model import CONFIG
from tokenizer import SPECIALS, Tokenizer

CHAT_TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
                 "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
DESCRIPTION = ("A small English language model that speaks as a character of a medieval fantasy village. "
               "Trained from scratch on dialogues produced by a grammar; see npc-dialogue.md.")


def metadata(tok, c=CONFIG):
    special = set(SPECIALS)
    return {
        "general.architecture": "llama",
        "general.name": "NPC Dialogue",
        "general.type": "model",
        "general.license": "MIT",
        "general.description": DESCRIPTION,
        "general.languages": Typed(gguf.ARR, (gguf.STR, ["en"])),
        "general.file_type": 7,  # mostly Q8_0
        "general.quantization_version": 2,
        "llama.context_length": c["context"],
        "llama.embedding_length": c["dim"],
        "llama.block_count": c["layers"],
        "llama.feed_forward_length": c["ffn"],
        "llama.attention.head_count": c["heads"],
        "llama.attention.head_count_kv": c["kv_heads"],
        "llama.attention.layer_norm_rms_epsilon": Typed(gguf.FLT, c["eps"]),
        "llama.rope.dimension_count": c["dim"] // c["heads"],
        "llama.rope.freq_base": Typed(gguf.FLT, c["rope_base"]),
        "llama.vocab_size": c["vocab"],
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": Typed(gguf.ARR, (gguf.STR, tok.tokens)),
        # 1 is an ordinary token, 3 a control token.
        "tokenizer.ggml.token_type": Typed(gguf.ARR, (gguf.I32, [3 if t in special else 1 for t in tok.tokens])),
        "tokenizer.ggml.merges": Typed(gguf.ARR, (gguf.STR, [f"{a} {b}" for a, b in tok.merges])),
        "tokenizer.ggml.bos_token_id": tok.ids["<|endoftext|>"],
        "tokenizer.ggml.eos_token_id": tok.eos,
        "tokenizer.ggml.padding_token_id": tok.ids["<|endoftext|>"],
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.ggml.add_eos_token": False,
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--work", default="build")
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    saved = torch.load(os.path.join(a.work, "checkpoint.pt"))
    tok = Tokenizer.load(os.path.join(a.work, "tokenizer.json"))
    tensors = [(name, w.numpy().astype(np.float32)) for name, w in saved["weights"].items()]
    gguf.write(a.out, metadata(tok), tensors)
    print(f"{a.out}: {os.path.getsize(a.out)} bytes, step {saved['info']['step']}, held-out loss {saved['info']['held_out_loss']:.4f}")


if __name__ == "__main__":
    main()
