"""A decoder-only transformer in double precision, written for reading: one function, one description, no cache, no batching.

Matrices are stored as rows of outputs, so a projection is x @ W.T. Everything follows the published papers and model cards:
RMSNorm (arXiv:1910.07467), rotary positions (arXiv:2104.09864), grouped queries (arXiv:2305.13245), gated feed-forward layers
(arXiv:2002.05202), sliding windows (Mistral 7B, arXiv:2310.06825), soft caps, post norms and alternating layers (Gemma 2,
arXiv:2408.00118), query-key norms and two rotary bases (Gemma 3, arXiv:2503.19786; Qwen3, arXiv:2505.09388), LongRoPE (arXiv:2402.13753).
"""
import math
from dataclasses import dataclass, field
from typing import Optional

import torch


@dataclass
class Rope:
    """How heads are rotated: one frequency for each pair, and a factor on cosine and sine."""
    base: float = 10000.0
    length: int = 8                        # rotated elements of a head; the rest pass through
    linear: float = 1.0                    # positions are divided by this
    divisors: Optional[list] = None        # each frequency is divided by its own (Llama 3, LongRoPE)
    magnitude: float = 1.0

    def angles(self, positions):
        pairs = torch.arange(self.length // 2, dtype=torch.float64)
        frequencies = self.base ** (-2 * pairs / self.length) / self.linear
        if self.divisors is not None:
            frequencies = frequencies / torch.tensor(self.divisors, dtype=torch.float64)
        return positions[:, None].double() * frequencies[None, :]


@dataclass
class Description:
    """What distinguishes one architecture from another."""
    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    feed: int
    vocab: int
    eps: float
    rope: Rope
    window: Optional[int] = None           # tokens that a sliding layer sees, its own included
    full_every: int = 0                    # every so-manieth layer sees everything; 0: all layers slide
    sliding_rope: Optional[Rope] = None    # rotation of the sliding layers, where it differs
    gelu: bool = False                     # tanh-approximated GELU instead of SiLU
    embedding_scale: float = 1.0
    attention_scale: Optional[float] = None
    attention_cap: Optional[float] = None
    logit_cap: Optional[float] = None
    qk_norm: bool = False
    post_norms: bool = False
    bias: bool = False
    tied: bool = False
    extra: dict = field(default_factory=dict)

    def slides(self, layer):
        return self.window is not None and (self.full_every == 0 or (layer + 1) % self.full_every != 0)


def rms_norm(x, weight, eps):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * weight


def rotate(x, rope, positions):
    """x: tokens, heads, head. Element i turns together with element i + pairs."""
    angles = rope.angles(positions)[:, None, :]
    cosine, sine = torch.cos(angles) * rope.magnitude, torch.sin(angles) * rope.magnitude
    pairs = rope.length // 2
    first, second, rest = x[..., :pairs], x[..., pairs:2 * pairs], x[..., 2 * pairs:]
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine, rest], -1)


def soft_cap(x, cap):
    return x if cap is None else cap * torch.tanh(x / cap)


def attention(d, layer, w, x):
    tokens = x.shape[0]
    positions = torch.arange(tokens)
    p = f"{layer}."
    q, k, v = (x @ w[p + name].T + (w[p + name + "_bias"] if d.bias else 0) for name in ("q", "k", "v"))
    q, k, v = q.view(tokens, d.heads, d.head), k.view(tokens, d.kv_heads, d.head), v.view(tokens, d.kv_heads, d.head)
    if d.qk_norm:
        q, k = rms_norm(q, w[p + "q_norm"], d.eps), rms_norm(k, w[p + "k_norm"], d.eps)
    rope = d.sliding_rope if d.sliding_rope is not None and d.slides(layer) else d.rope
    q, k = rotate(q, rope, positions), rotate(k, rope, positions)
    group = d.heads // d.kv_heads
    k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
    scale = d.attention_scale if d.attention_scale is not None else 1 / math.sqrt(d.head)
    scores = soft_cap(torch.einsum("qhd,khd->hqk", q, k) * scale, d.attention_cap)
    distance = positions[:, None] - positions[None, :]
    visible = distance >= 0
    if d.slides(layer):
        visible &= distance < d.window
    scores = scores.masked_fill(~visible, -math.inf)
    mixed = torch.einsum("hqk,khd->qhd", torch.softmax(scores, -1), v)
    return mixed.reshape(tokens, d.heads * d.head) @ w[p + "o"].T


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def feed_forward(d, layer, w, x):
    p = f"{layer}."
    gate = x @ w[p + "gate"].T
    active = gelu(gate) if d.gelu else gate * torch.sigmoid(gate)
    return (active * (x @ w[p + "up"].T)) @ w[p + "down"].T


def forward(d, weights, tokens):
    """Returns (logits, normalized hidden states), a row for each token."""
    w = {name: torch.as_tensor(value).double() for name, value in weights.items()}
    x = w["embedding"][torch.tensor(tokens)] * d.embedding_scale
    for layer in range(d.layers):
        p = f"{layer}."
        step = attention(d, layer, w, rms_norm(x, w[p + "attention_norm"], d.eps))
        x = x + (rms_norm(step, w[p + "attention_post_norm"], d.eps) if d.post_norms else step)
        step = feed_forward(d, layer, w, rms_norm(x, w[p + "feed_norm"], d.eps))
        x = x + (rms_norm(step, w[p + "feed_post_norm"], d.eps) if d.post_norms else step)
    hidden = rms_norm(x, w["output_norm"], d.eps)
    output = w["embedding"] if d.tied else w["output"]
    return soft_cap(hidden @ output.T, d.logit_cap), hidden
