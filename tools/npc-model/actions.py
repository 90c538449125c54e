"""Trains an adapter (LoRA) with which the sample model answers in JSON: {"say": what is spoken, "do": a gesture that fits}.

    python3 actions.py --model ../../samples/models/npc-dialogue.gguf --out ../../samples/models/npc-actions.gguf

The dialogues are those of corpus.py; a gesture belongs to each kind of question. Only the low-rank
matrices are trained, on the weights as the GGUF file has them.
"""
import argparse
import json
import random
import time

import torch
import torch.nn.functional as F

import corpus
import gguf
from golden import load
from model import Llama
from train import batches, encode

GESTURES = {
    "wave": ["greet", "bye"], "bow": ["who", "thanks", "done"], "nod": ["work", "lore", "accept", "advice", "past", "place"],
    "show wares": ["wares", "price"], "shake head": ["haggle", "join", "insult"], "point": ["way", "find_role"], "warn": ["safe", "creature"],
    "shrug": ["person", "unknown", "ruler"], "whisper": ["rumour"], "offer quest": ["quest"], "help": ["help"],
    "smile": ["mood", "joke", "family"], "look up": ["weather", "time"],
}
GESTURE_OF = {intent: gesture for gesture, intents in GESTURES.items() for intent in intents}


def dialogue(rng):
    """A dialogue whose answers are JSON. The conversation goes on as in corpus.dialogue."""
    npc = corpus.Npc(rng)
    messages, seen = [("system", corpus.persona(npc, rng))], set()
    intent, subject, follow = rng.choices(corpus.NAMES_OF_INTENTS, corpus.WEIGHTS)[0], None, False
    for _ in range(rng.choices([1, 2, 3, 4], [30, 30, 25, 15])[0]):
        ask, answer, subject, keys = corpus.turn(npc, rng, intent, subject, follow)
        seen |= keys
        text = '{"say":' + json.dumps(answer, ensure_ascii=False) + ',"do":' + json.dumps(GESTURE_OF[intent]) + "}"
        messages += [("user", ask), ("assistant", text)]
        after, follow = corpus.FOLLOW.get(intent), False
        if after and rng.random() < 0.6:
            intent = rng.choice(after)
            if intent.startswith("="):
                intent, follow = intent[1:], True
            else:
                subject = None
        else:
            intent, subject = rng.choices(corpus.NAMES_OF_INTENTS, corpus.WEIGHTS)[0], None
    return messages, seen


def make(seed, count, validation=False):
    rng, out = random.Random(seed), []
    while len(out) < count:
        messages, keys = dialogue(rng)
        if any(map(corpus.held_out, keys)) == validation:
            out.append(messages)
    return out


class Adapted(Llama):
    """The model with low-rank additions to the matrices of its blocks; nothing else is trained."""

    def __init__(self, base, rank):
        super().__init__(base.c)
        self.load_weights(base.weights())
        self.requires_grad_(False)
        self.a, self.b = torch.nn.ParameterDict(), torch.nn.ParameterDict()
        for name, w in base.weights().items():
            if name.startswith("blk.") and w.dim() == 2:
                self.a[name.replace(".", "/")] = torch.nn.Parameter(torch.randn(rank, w.shape[1]) * w.shape[1] ** -0.5)
                self.b[name.replace(".", "/")] = torch.nn.Parameter(torch.zeros(w.shape[0], rank))

    def p(self, name):
        key = name.replace(".", "/")
        w = self.w[key]
        return w + self.b[key] @ self.a[key] if hasattr(self, "a") and key in self.a else w


def tokens_of_answers(tok):
    """Which tokens answers are made of. The others were never trained, are all alike to the network, and are
    forbidden by the grammar that such answers follow; so they do not take part in the choice here either."""
    seen = torch.zeros(len(tok.tokens), dtype=torch.bool)
    for messages in make(1, 3000):
        ids, mask = encode(tok, messages, 512)
        seen[torch.tensor(ids)[torch.tensor(mask, dtype=torch.bool)]] = True
    return seen


def loss_of(model, ids, mask, seen, reduction="mean"):
    targets = ids[:, 1:][mask[:, 1:]]
    logits = model(ids[:, :-1], mask[:, 1:])
    keep = seen[targets]
    return F.cross_entropy(logits.masked_fill(~seen, float("-inf"))[keep], targets[keep], reduction=reduction)


@torch.no_grad()
def evaluate(model, tok, dialogues, seen):
    total = count = 0
    for ids, mask in batches(tok, dialogues, 6000, random.Random(0)):
        total += float(loss_of(model, ids, mask, seen, "sum"))
        count += int(mask[:, 1:].sum())
    return total / count


def save(model, path, rank):
    metadata = {"general.type": "adapter", "general.architecture": "llama", "general.name": "npc-actions", "general.license": "mit",
                "adapter.type": "lora", "adapter.lora.alpha": gguf.Typed(gguf.FLT, float(rank))}
    entries = []
    for key in model.a:
        for suffix, matrix in ((".lora_a", model.a[key]), (".lora_b", model.b[key])):
            array = matrix.detach().numpy()
            entries.append((key.replace("/", ".") + suffix, array.shape, 1, array.astype("<f2").tobytes()))
    gguf.write_encoded(path, metadata, entries)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--steps", type=int, default=500)
    ap.add_argument("--batch", type=int, default=2048)
    ap.add_argument("--rank", type=int, default=8)
    ap.add_argument("--rate", type=float, default=4e-3)
    ap.add_argument("--seed", type=int, default=20241)
    ap.add_argument("--threads", type=int, default=2)
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    base, tok = load(a.model)
    model = Adapted(base, a.rank)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=a.rate, betas=(0.9, 0.98), weight_decay=0.01)
    seen = tokens_of_answers(tok)
    valid = make(a.seed + 1, 100, validation=True)
    print(f"parameters {sum(p.numel() for p in parameters)} held-out loss before {evaluate(base, tok, valid, seen):.3f}", flush=True)
    start, step, shard, running = time.time(), 0, 0, 0.0
    while step < a.steps:
        shard += 1
        for ids, mask in batches(tok, make(a.seed + 1000 + shard, 600), a.batch, random.Random(shard)):
            if step == a.steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = a.rate * min(1, (step + 1) / 20, max(0.02, (1 - step / a.steps) / 0.7))
            loss = loss_of(model, ids, mask, seen)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            step += 1
            running = float(loss) if step == 1 else 0.95 * running + 0.05 * float(loss)
            if step % 20 == 0:
                print(f"step {step} loss {running:.4f} {time.time() - start:.0f}s", flush=True)
            if step % 100 == 0:
                save(model, a.out, a.rank)
    save(model, a.out, a.rank)
    print(f"held-out loss {evaluate(model, tok, valid, seen):.4f}", flush=True)


if __name__ == "__main__":
    main()
