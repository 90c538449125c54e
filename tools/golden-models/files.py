"""Writes a model as GGUF and as a Hugging Face folder."""
import json
import os
import struct
import sys

import numpy as np

import blocks

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "npc-model"))
import gguf  # noqa: E402  (the writer of the sample model)

PLAIN = {"F32": 0, "F16": 1, "BF16": 30}
QUANTIZED = {name.upper(): kind for kind, name in blocks.NAMES.items()}


def encode(array, name):
    array = np.ascontiguousarray(array, np.float32)
    if name == "F32":
        return array.tobytes()
    raw = array.astype("<f2") if name == "F16" else (array.view(np.uint32) >> 16).astype("<u2")
    back = raw.astype(np.float32) if name == "F16" else (raw.astype(np.uint32) << 16).view(np.float32)
    assert np.array_equal(array, back), "the weights fit every plain type"
    return raw.tobytes()


def neighbours(matrix, heads):
    """Element i and element i + half of a head become rows 2i and 2i + 1."""
    rows = matrix.reshape(heads, 2, -1, *matrix.shape[1:])
    return np.ascontiguousarray(rows.swapaxes(1, 2)).reshape(matrix.shape)


def gguf_tensors(model, w):
    d = model.description
    names = {"embedding": "token_embd.weight", "output": "output.weight", "output_norm": "output_norm.weight"}
    parts = {"attention_norm": "attn_norm.weight", "feed_norm": "ffn_norm.weight", "attention_post_norm": "post_attention_norm.weight",
             "feed_post_norm": "post_ffw_norm.weight", "q": "attn_q.weight", "k": "attn_k.weight", "v": "attn_v.weight", "o": "attn_output.weight",
             "q_bias": "attn_q.bias", "k_bias": "attn_k.bias", "v_bias": "attn_v.bias", "q_norm": "attn_q_norm.weight",
             "k_norm": "attn_k_norm.weight", "gate": "ffn_gate.weight", "up": "ffn_up.weight", "down": "ffn_down.weight"}
    for name, value in w.items():
        if name in names:
            yield names[name], [name], value
            continue
        layer, part = name.split(".")
        p = f"{layer}."
        if model.fused and part in ("k", "v", "gate"):
            continue
        if model.fused and part == "q":
            yield f"blk.{layer}.attn_qkv.weight", [p + "q", p + "k", p + "v"], np.concatenate([w[p + "q"], w[p + "k"], w[p + "v"]])
        elif model.fused and part == "up":
            yield f"blk.{layer}.ffn_up.weight", [p + "gate", p + "up"], np.concatenate([w[p + "gate"], w[p + "up"]])
        else:
            if model.interleaved and part in ("q", "k"):
                value = neighbours(value, d.heads if part == "q" else d.kv_heads)
            yield f"blk.{layer}.{parts[part]}", [name], value


def metadata(model):
    d, a = model.description, model.gguf_architecture

    def typed(v):
        return gguf.Typed(gguf.FLT, v) if isinstance(v, float) else v

    values = {
        "context_length": model.context, "embedding_length": d.width, "block_count": d.layers, "feed_forward_length": d.feed,
        "attention.head_count": d.heads, "attention.head_count_kv": d.kv_heads, "attention.layer_norm_rms_epsilon": d.eps,
        "rope.freq_base": d.rope.base, "rope.dimension_count": d.rope.length, "vocab_size": d.vocab, **model.metadata}
    if d.head * d.heads != d.width:
        values |= {"attention.key_length": d.head, "attention.value_length": d.head}
    return {"general.architecture": a, "general.name": model.name, **{f"{a}.{k}": typed(v) for k, v in values.items()},
            "tokenizer.ggml.model": "none"}


def kind_of(name, columns, wanted):
    """As real files do it: the values and the way down one step finer in Q4_K files, Q8_0 where rows are too short for a K-quant."""
    if wanted in PLAIN:
        return wanted
    if wanted == "Q4_K" and name.endswith(("attn_v.weight", "ffn_down.weight", "output.weight")):
        wanted = "Q6_K"
    return wanted if columns % blocks.SIZE[QUANTIZED[wanted]][0] == 0 else "Q8_0"


def write_gguf(path, model, w, wanted, vectors=None):
    """Returns the weights as the file holds them, in the order of the reference."""
    d, entries, stored = model.description, [], dict(w)
    for name, sources, value in gguf_tensors(model, w):
        kind = "F32" if value.ndim == 1 else kind_of(name, value.shape[1], wanted)
        if kind in PLAIN:
            entries.append((name, value.shape, PLAIN[kind], encode(value, kind)))
            continue
        raw = blocks.pack(value, QUANTIZED[kind])
        entries.append((name, value.shape, QUANTIZED[kind], raw))
        assert len(sources) == 1
        back = blocks.unpack(raw, value.shape, QUANTIZED[kind])
        if model.interleaved and name.endswith(("attn_q.weight", "attn_k.weight")):
            heads = d.heads if name.endswith("attn_q.weight") else d.kv_heads
            back = np.ascontiguousarray(back.reshape(heads, -1, 2, back.shape[1]).swapaxes(1, 2)).reshape(back.shape)
        stored[sources[0]] = back
    is_yarn = model.metadata.get("rope.scaling.type") == "yarn"
    extra = {"rope_freqs.weight": None if is_yarn else d.rope.divisors} if not d.extra else {
        "rope_factors_long.weight": d.extra["long"], "rope_factors_short.weight": d.extra["short"]}
    extra |= vectors or {}
    for name, factors in extra.items():
        if factors is not None:
            entries.append((name, (len(factors),), 0, np.asarray(factors, "<f4").tobytes()))
    gguf.write_encoded(path, metadata(model), entries)
    return stored


def hugging_face_tensors(model, w):
    names = {"embedding": "model.embed_tokens.weight", "output": "lm_head.weight", "output_norm": "model.norm.weight"}
    gemma = model.gemma_norms
    parts = {"attention_norm": "input_layernorm", "feed_norm": "pre_feedforward_layernorm" if gemma else "post_attention_layernorm",
             "attention_post_norm": "post_attention_layernorm", "feed_post_norm": "post_feedforward_layernorm",
             "q": "self_attn.q_proj", "k": "self_attn.k_proj", "v": "self_attn.v_proj", "o": "self_attn.o_proj",
             "q_norm": "self_attn.q_norm", "k_norm": "self_attn.k_norm", "gate": "mlp.gate_proj", "up": "mlp.up_proj", "down": "mlp.down_proj"}
    for name, value in w.items():
        if gemma and name.endswith("norm"):
            value = value - np.float32(1)
        if name in names:
            yield names[name], value
            continue
        layer, part = name.split(".")
        p, target = f"{layer}.", f"model.layers.{layer}."
        if model.fused and part in ("k", "v", "up"):
            continue
        if model.fused and part == "q":
            yield target + "self_attn.qkv_proj.weight", np.concatenate([w[p + "q"], w[p + "k"], w[p + "v"]])
        elif model.fused and part == "gate":
            yield target + "mlp.gate_up_proj.weight", np.concatenate([w[p + "gate"], w[p + "up"]])
        elif part.endswith("_bias"):
            yield target + parts[part[0]] + ".bias", value
        else:
            yield target + parts[part] + ".weight", value


def write_hugging_face(folder, model, w):
    d = model.description
    os.makedirs(folder)
    config = dict(model.config, hidden_size=d.width, intermediate_size=d.feed, num_hidden_layers=d.layers, num_attention_heads=d.heads,
                  num_key_value_heads=d.kv_heads, vocab_size=d.vocab, rms_norm_eps=d.eps, max_position_embeddings=model.context,
                  torch_dtype={"F32": "float32", "F16": "float16", "BF16": "bfloat16"}[model.hf_store])
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as f:
        json.dump(config, f, indent=2)
        f.write("\n")
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, value in hugging_face_tensors(model, w):
        blob = encode(value, model.hf_store)
        header[name] = dict(dtype=model.hf_store, shape=list(value.shape), data_offsets=[offset, offset + len(blob)])
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(folder, "model.safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
