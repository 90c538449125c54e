"""Trains the tokenizer and the network. Writes <work>/tokenizer.json and <work>/checkpoint.pt.

    python3 train.py --work build --steps 2000

The loss counts assistant tokens only. No dialogue is seen twice: the grammar yields fresh
ones for the whole run. --budget caps the training seconds: the learning rate follows
whichever is further, steps or time, so the run always ends with its decay finished.
"""
import argparse
import json
import math
import os
import random
import time

import torch
import torch.nn.functional as F

import corpus
from model import CONFIG, Llama
from tokenizer import Tokenizer, train as train_bpe


def encode(tok, messages, limit):
    """Token ids and a mask that is 1 where the token is part of an answer."""
    ids, mask = [], []
    for role, content in messages:
        head = tok.encode(f"<|im_start|>{role}\n")
        body = tok.encode_text(content) + [tok.eos]
        if len(ids) + len(head) + len(body) + 1 > limit:
            break  # drop the turns that do not fit the context
        ids += head + body + tok.encode_text("\n")
        mask += [0] * len(head) + [int(role == "assistant")] * len(body) + [0]
    return ids, mask


def batches(tok, dialogues, tokens_per_batch, rng):
    """Groups dialogues of similar length, so that little is wasted on padding."""
    items = sorted((encode(tok, d, CONFIG["context"]) for d in dialogues), key=lambda im: len(im[0]))
    groups, group = [], []
    for item in items:
        if group and (len(group) + 1) * len(item[0]) > tokens_per_batch:
            groups.append(group)
            group = []
        group.append(item)
    if group:
        groups.append(group)
    rng.shuffle(groups)
    for group in groups:
        width = max(len(i) for i, _ in group)
        ids = torch.zeros(len(group), width, dtype=torch.long)
        mask = torch.zeros(len(group), width, dtype=torch.bool)
        for n, (i, m) in enumerate(group):
            ids[n, :len(i)] = torch.tensor(i)
            mask[n, :len(m)] = torch.tensor(m, dtype=torch.bool)
        yield ids, mask


def loss_of(model, ids, mask, reduction="mean"):
    logits = model(ids[:, :-1], mask[:, 1:])
    return F.cross_entropy(logits, ids[:, 1:][mask[:, 1:]], reduction=reduction)


@torch.no_grad()
def evaluate(model, tok, dialogues):
    """Mean negative log likelihood per assistant token, in nats."""
    total = count = 0
    for ids, mask in batches(tok, dialogues, 6000, random.Random(0)):
        total += float(loss_of(model, ids, mask, "sum"))
        count += int(mask[:, 1:].sum())
    return total / count, count


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised by a few Newton-Schulz steps; learns the matrices
    of so small a network in clearly fewer tokens than Adam does."""

    def __init__(self, params, lr, momentum=0.95, decay=0.01):
        super().__init__(params, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                m = state.setdefault("m", torch.zeros_like(p))
                m.mul_(group["momentum"]).add_(p.grad)
                g = p.grad + group["momentum"] * m
                x = g.T if g.shape[0] > g.shape[1] else g
                x = x / (x.norm() + 1e-7)
                for _ in range(5):
                    a = x @ x.T
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
                x = x.T if g.shape[0] > g.shape[1] else x
                p.mul_(1 - group["lr"] * group["decay"]).add_(x, alpha=-group["lr"] * max(1, p.shape[0] / p.shape[1]) ** 0.5)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--work", default="build")
    ap.add_argument("--steps", type=int, default=2000)
    ap.add_argument("--batch", type=int, default=4096, help="tokens per step, padding included")
    ap.add_argument("--budget", type=float, default=0, help="seconds; 0 for no cap")
    ap.add_argument("--seed", type=int, default=20240)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--lr", type=float, default=0.02)
    ap.add_argument("--plateau", action="store_true", help="keep the learning rate up to the end: another stage follows")
    ap.add_argument("--resume", action="store_true", help="go on from the checkpoint in --work as the next stage")
    ap.add_argument("--drill", type=float, default=0.0, help="share of dialogues that practise copying from the prompt")
    ap.add_argument("--copy", type=float, default=0.0, help="share of dialogues that do nothing but copy")
    a = ap.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    os.makedirs(a.work, exist_ok=True)

    path = os.path.join(a.work, "tokenizer.json")
    if not os.path.exists(path):
        sample = corpus.make(a.seed, 12000)
        Tokenizer(train_bpe([text for d in sample for _, text in d] + ["system", "user", "assistant"] * 9, CONFIG["vocab"])).save(path)
    tok = Tokenizer.load(path)
    assert len(tok.tokens) == CONFIG["vocab"]

    model = Llama()
    matrices = [p for n, p in model.w.items() if p.dim() == 2 and not n.startswith("token_embd")]
    others = [p for n, p in model.w.items() if p.dim() == 1 or n.startswith("token_embd")]
    optimizers = [Muon(matrices, lr=a.lr), torch.optim.AdamW(others, lr=a.lr / 5, betas=(0.9, 0.98), weight_decay=0.0)]
    base = [g["lr"] for o in optimizers for g in o.param_groups]
    print(f"parameters {sum(p.numel() for p in model.parameters())}", flush=True)
    valid = corpus.make(a.seed + 1, 300, validation=True)

    start, step, seen, learned, shard, running = time.time(), 0, 0, 0, 0, 0.0
    before = dict(stage=0, step=0, tokens_seen=0, answer_tokens=0, seconds=0)
    if a.resume:
        saved = torch.load(os.path.join(a.work, "checkpoint.pt"))
        model.load_weights(saved["weights"])
        before = saved["info"]
        shard = 5000 * before["stage"]  # far from the shards of the stages before
    done = False
    while not done:
        shard += 1
        data = corpus.make(a.seed + 1000 + shard, 3000, drill=a.drill, copy=a.copy)
        for ids, mask in batches(tok, data, a.batch, random.Random(shard)):
            elapsed = time.time() - start
            progress = max(step / a.steps, elapsed / a.budget if a.budget else 0)
            if progress >= 1:
                done = True
                break
            # Short warm-up, a plateau, and a linear descent over the last 60 %.
            rate = min(1, (step + 1) / 60, 1 if a.plateau else max(0.02, (1 - progress) / 0.6))
            for g, lr in zip([g for o in optimizers for g in o.param_groups], base):
                g["lr"] = lr * rate
            loss = loss_of(model, ids, mask)
            for o in optimizers:
                o.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(others, 1.0)
            for o in optimizers:
                o.step()
            step += 1
            seen += ids.numel()
            learned += int(mask[:, 1:].sum())
            running = float(loss) if step == 1 else 0.97 * running + 0.03 * float(loss)
            if step % 25 == 0:
                print(f"step {step} seen {seen} loss {running:.4f} rate {rate:.3f} {seen / (time.time() - start):.0f} tok/s {time.time() - start:.0f}s", flush=True)
            if step % 200 == 0:
                save(a, before, model, tok, valid, step, seen, learned, time.time() - start)
    save(a, before, model, tok, corpus.make(a.seed + 1, 1500, validation=True), step, seen, learned, time.time() - start)


def save(a, before, model, tok, valid, step, seen, learned, seconds):
    loss, _ = evaluate(model, tok, valid)
    info = dict(stage=before["stage"] + 1, step=before["step"] + step, tokens_seen=before["tokens_seen"] + seen, answer_tokens=before["answer_tokens"] + learned,
                seconds=before["seconds"] + round(seconds), seed=a.seed, batch=a.batch, held_out_loss=loss, perplexity=math.exp(loss))
    # Write aside and rename, so that a reader never meets half a file.
    torch.save(dict(weights=model.weights(), info=info), os.path.join(a.work, "checkpoint.tmp"))
    os.replace(os.path.join(a.work, "checkpoint.tmp"), os.path.join(a.work, "checkpoint.pt"))
    print("held-out " + json.dumps(info), flush=True)


if __name__ == "__main__":
    main()
