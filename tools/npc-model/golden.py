"""Computes the golden values from the GGUF file alone, with float32 PyTorch on its dequantized weights.

    python3 golden.py --model npc-dialogue.gguf --out npc-dialogue.json
"""
import argparse
import hashlib
import json
import os

import torch

import gguf
from corpus import render
from model import Llama
from tokenizer import Tokenizer

PROMPTS = [
    [("system", "You are Mira, the blacksmith of Oakvale. You are gruff but kind."), ("user", "What do you know about the old mine?")],
    [("system", "You are Finn, the bard of Willowbrook. You are cheerful and talkative."), ("user", "Do you have work for me?")],
    [("user", "Greet the traveller.")],
    [("system", "You are Zanrin, a suspicious guard in Foxwater. It is raining."), ("user", "Hello! Who are you?"),
     ("assistant", "Who sent you, stranger? I am Zanrin, the guard of Foxwater. I watch the gate and walk the wall at night."), ("user", "Any rumours?")],
]

TEXTS = ["", " ", "  ", "   ", "\n", "\n\n", " \n ", "\t", "\t\tx", "a", " a", "a ", "  a  ", "hello", "Hello, world!", "Greet the traveller.",
         "What do you know about the old mine?", "You are Mira, the blacksmith of Oakvale. You are gruff but kind.",
         "I'm, you're, he's, she'd, we'll, I've, isn't", "I'M YOU'RE HE'S", "'s 't 're 've 'm 'll 'd", "rock 'n' roll", "''''", "it's' 's", "don\u2019t",
         "1234567890", "3.14159", "room 101 costs 25 coins", "1,000,000", "a1b2c3", "x² + y² = ½", "Ⅳ ④ ٣", "!!! ??? ...", "(a) [b] {c} <d>", "a-b_c/d\\e",
         "foo@example.org", "https://example.org/?q=1&r=2#top", "for (int i = 0; i < 10; i++) { }", "line one\nline two\r\nline three", "trailing newline\n",
         "tabs\tand  double   triple    spaces", "word \n next", "word  \n\n  next", "ends with spaces   ", "café naïve façade", "cafe\u0301", "Größe über Straße",
         "Привет, мир!", "你好，世界", "こんにちは 世界", "안녕하세요", "שלום עולם", "مرحبا بالعالم", "नमस्ते", "สวัสดี", "😀", "Hi 😀😀 there 👩‍👩‍👧 🇩🇪", "a😀b", " 😀 ",
         "no\u00a0break", "thin\u2009space\u3000wide", "zero\u200bwidth", "\ufeffbom", "next\u0085line\u2028sep", "𝐀bc 𝐀", "\u0000\u0001\u007f", "naïveté—“quoted” …", "€5 £6 ¥7",
         "<|im_start>", "<im_end|>", "ThisIsCamelCase", "UPPER lower MiXeD", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "the the the the"]


def load(path):
    meta, tensors, _ = gguf.read(path)
    config = dict(vocab=meta["llama.vocab_size"], dim=meta["llama.embedding_length"], layers=meta["llama.block_count"],
                  heads=meta["llama.attention.head_count"], kv_heads=meta["llama.attention.head_count_kv"], ffn=meta["llama.feed_forward_length"],
                  context=meta["llama.context_length"], eps=meta["llama.attention.layer_norm_rms_epsilon"], rope_base=meta["llama.rope.freq_base"])
    model = Llama(config)
    assert set(model.weights()) == set(tensors)
    model.load_weights(tensors)
    return model, Tokenizer([m.split(" ") for m in meta["tokenizer.ggml.merges"]])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    torch.set_num_threads(1)
    model, tok = load(a.model)
    with open(a.model, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    cases = []
    for messages in PROMPTS:
        text = render(messages, add_generation_prompt=True)
        ids = tok.encode(text)
        with torch.no_grad():
            logits = model(torch.tensor([ids]))[0, -1].tolist()
        greedy = model.greedy(ids, tok.eos)
        # The text leaves out the stop token; the ids keep it.
        shown = tok.decode(greedy[:-1] if greedy[-1] == tok.eos else greedy)
        cases.append(dict(messages=[dict(role=r, content=c) for r, c in messages], text=text, prompt_ids=ids,
                          logits=[float(f"{x:.7g}") for x in logits], greedy_ids=greedy, greedy_text=shown))
    out = dict(model=os.path.basename(a.model), sha256=digest, tolerance=1e-3, eos_id=tok.eos, prompts=cases,
               tokenizer_cases=[dict(text=t, ids=tok.encode_text(t)) for t in TEXTS])
    for case in out["tokenizer_cases"]:
        assert tok.decode(case["ids"]) == case["text"]
    with open(a.out, "w", encoding="utf-8") as f:
        # One case per line keeps the file small and its differences readable.
        f.write("{\n" + ",\n".join(f'"{k}": ' + ("[\n" + ",\n".join(json.dumps(x, ensure_ascii=True) for x in v) + "\n]" if isinstance(v, list) else json.dumps(v)) for k, v in out.items()) + "\n}\n")
    for case in cases:
        print(case["greedy_text"])


if __name__ == "__main__":
    main()
