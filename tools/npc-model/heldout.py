"""Writes dialogues that training never saw, with the model's perplexity on them in single precision.

    python3 heldout.py --model npc-dialogue.gguf --out npc-heldout.json
"""
import argparse
import json
import math

import torch
import torch.nn.functional as F

import corpus
from golden import load


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--count", type=int, default=24)
    a = ap.parse_args()
    torch.set_num_threads(1)
    model, tok = load(a.model)
    texts = [corpus.render(messages) for messages in corpus.make(20_240_601, a.count, validation=True)]
    loss, count = 0.0, 0
    for text in texts:
        ids = torch.tensor(tok.encode(text))
        with torch.no_grad():
            logits = model(ids[None])[0].double()
        loss += float(F.cross_entropy(logits[:-1], ids[1:], reduction="sum"))
        count += len(ids) - 1
    out = dict(tokens=count, perplexity=round(math.exp(loss / count), 5), texts=texts)
    with open(a.out, "w", encoding="utf-8") as f:
        f.write(f'{{\n"tokens": {out["tokens"]},\n"perplexity": {out["perplexity"]},\n"texts": [\n'
                + ",\n".join(json.dumps(t) for t in texts) + "\n]\n}\n")
    print(count, out["perplexity"])


if __name__ == "__main__":
    main()
