"""The network: a plain Llama decoder. Parameters carry their GGUF names ('.' becomes '/')."""
import math

import torch
import torch.nn.functional as F
from torch import nn

CONFIG = dict(vocab=2048, dim=192, layers=4, heads=6, kv_heads=2, ffn=384, context=512, eps=1e-5, rope_base=10000.0)


class Llama(nn.Module):
    def __init__(self, c=CONFIG):
        super().__init__()
        self.c = c
        d, head = c["dim"], c["dim"] // c["heads"]
        self.head = head
        shapes = {"token_embd.weight": (c["vocab"], d), "output_norm.weight": (d,)}
        for n in range(c["layers"]):
            p = f"blk.{n}."
            shapes.update({
                p + "attn_norm.weight": (d,), p + "attn_q.weight": (d, d),
                p + "attn_k.weight": (c["kv_heads"] * head, d), p + "attn_v.weight": (c["kv_heads"] * head, d),
                p + "attn_output.weight": (d, d), p + "ffn_norm.weight": (d,),
                p + "ffn_gate.weight": (c["ffn"], d), p + "ffn_up.weight": (c["ffn"], d), p + "ffn_down.weight": (d, c["ffn"])})
        self.w = nn.ParameterDict()
        for name, shape in shapes.items():
            if len(shape) == 1:
                value = torch.ones(shape)
            else:
                # Matrices that write into the residual stream start smaller, so depth does not blow it up.
                writes = name.endswith(("attn_output.weight", "ffn_down.weight"))
                std = 0.02 if name.startswith("token_embd") else shape[1] ** -0.5 * (1 / math.sqrt(2 * c["layers"]) if writes else 1)
                value = torch.randn(shape) * std
            self.w[name.replace(".", "/")] = nn.Parameter(value)
        # Llama rotary embedding on neighbouring pairs (x0,x1),(x2,x3)..., the order GGUF's "llama" expects:
        # training in this order needs no permutation of the rows at export.
        angle = torch.arange(c["context"])[:, None].double() * c["rope_base"] ** (-torch.arange(0, head, 2).double() / head)
        self.register_buffer("cos", angle.cos().float(), persistent=False)
        self.register_buffer("sin", angle.sin().float(), persistent=False)

    def p(self, name):
        return self.w[name.replace(".", "/")]

    def norm(self, x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.c["eps"]) * self.p(name)

    def rope(self, x):
        t = x.shape[-2]
        a, b = x[..., 0::2], x[..., 1::2]
        cos, sin = self.cos[:t], self.sin[:t]
        return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)

    def forward(self, ids, where=None):
        """ids (batch, time). Returns logits; where (a boolean mask) limits them to some positions."""
        c, (bsz, t) = self.c, ids.shape
        x = F.embedding(ids, self.p("token_embd.weight"))
        mask = torch.full((t, t), float("-inf")).triu(1)
        share = c["heads"] // c["kv_heads"]
        for n in range(c["layers"]):
            p = f"blk.{n}."
            h = self.norm(x, p + "attn_norm.weight")
            q = F.linear(h, self.p(p + "attn_q.weight")).view(bsz, t, c["heads"], self.head).transpose(1, 2)
            k = F.linear(h, self.p(p + "attn_k.weight")).view(bsz, t, c["kv_heads"], self.head).transpose(1, 2)
            v = F.linear(h, self.p(p + "attn_v.weight")).view(bsz, t, c["kv_heads"], self.head).transpose(1, 2)
            q, k = self.rope(q), self.rope(k)
            # Query head i reads key/value head i // share. The heads that share keys are laid end to end
            # along the time axis, so the keys need no copies.
            q = (q * self.head ** -0.5).reshape(bsz, c["kv_heads"], share * t, self.head)
            score = (q @ k.transpose(-1, -2)).view(bsz, -1, share, t, t) + mask
            h = score.softmax(-1).view(bsz, -1, share * t, t) @ v
            h = h.view(bsz, c["heads"], t, self.head).transpose(1, 2).reshape(bsz, t, -1)
            x = x + F.linear(h, self.p(p + "attn_output.weight"))
            h = self.norm(x, p + "ffn_norm.weight")
            h = F.silu(F.linear(h, self.p(p + "ffn_gate.weight"))) * F.linear(h, self.p(p + "ffn_up.weight"))
            x = x + F.linear(h, self.p(p + "ffn_down.weight"))
        if where is not None:
            x = x[where]
        return F.linear(self.norm(x, "output_norm.weight"), self.p("token_embd.weight"))

    def weights(self):
        return {k.replace("/", "."): v.detach() for k, v in self.w.items()}

    def load_weights(self, weights):
        with torch.no_grad():
            for name, value in weights.items():
                self.p(name).copy_(torch.as_tensor(value))

    @torch.no_grad()
    def greedy(self, ids, stop, limit=64):
        """Greedy continuation, the stop token included when it was reached."""
        out = []
        while len(out) < limit and len(ids) + len(out) < self.c["context"]:
            out.append(int(self(torch.tensor([ids + out]))[0, -1].argmax()))
            if out[-1] == stop:
                break
        return out
