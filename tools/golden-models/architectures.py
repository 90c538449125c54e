"""The tiny models: a description for the reference, config.json for Hugging Face, metadata for GGUF.

Sizes are odd on purpose (head width apart from width / heads, vocabularies that fill no block of rows), and windows, caps and scalings
are small enough that 48 tokens feel them.
"""
import dataclasses
import math
from dataclasses import dataclass, field

from reference import Description, Rope

EPS = 1e-5


@dataclass
class Model:
    name: str
    gguf_architecture: str
    description: Description
    config: dict                            # what config.json says beyond the common sizes
    metadata: dict = field(default_factory=dict)   # GGUF keys behind the architecture's prefix, beyond the common ones
    context: int = 128
    interleaved: bool = False               # GGUF files of "llama" hold neighbouring pairs of each head
    fused: bool = False                     # query, key and value in one matrix, gate and up in another
    gemma_norms: bool = False               # Hugging Face stores norm weights less one
    store: str = "F32"                      # type of the matrices in the committed GGUF file
    hf_store: str = "BF16"
    quantized: list = field(default_factory=list)
    variants: dict = field(default_factory=dict)   # name: (changes of config.json, changes of the description)
    runs: dict = field(default_factory=dict)       # name: (context length of the runner, changes of the description)
    without: dict = field(default_factory=dict)    # what the logits must depend on: name: changes of the description


def sized(**sizes):
    defaults = dict(layers=2, width=32, heads=4, kv_heads=2, head=8, feed=48, vocab=64, eps=EPS)
    return Description(**{**defaults, **sizes})


def llama3_divisors(base, length, factor, low, high, original):
    """Llama 3.1: long waves are stretched, short ones kept, those between blended."""
    divisors = []
    for i in range(length // 2):
        wave = 2 * math.pi * base ** (2 * i / length)
        if wave < original / high:
            divisors.append(1.0)
        elif wave > original / low:
            divisors.append(factor)
        else:
            smooth = (original / wave - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / factor + smooth))
    return divisors


def yarn_divisors(base, length, factor, original, fast=32.0, slow=1.0):
    """YaRN (arXiv:2309.00071) as models ship with it: the blend runs evenly over the pairs between those that turn fast and slow times."""
    def pair(turns):
        return length * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))

    low, high = max(math.floor(pair(fast)), 0), min(math.ceil(pair(slow)), length - 1)
    divisors = []
    for i in range(length // 2):
        stretched = min(max((i - low) / (high - low), 0.0), 1.0)
        divisors.append(1 / (stretched / factor + 1 - stretched))
    return divisors


def rope(base=10000.0, length=8, **rest):
    return Rope(base=base, length=length, **rest)


def change(r, **changes):
    return dataclasses.replace(r, **changes)


def build():
    models = []

    plain = rope()
    models.append(Model(
        "llama2", "llama", sized(kv_heads=4, vocab=61, feed=44, rope=plain),
        dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", rope_theta=10000.0, rope_scaling=None,
             attention_bias=False, mlp_bias=False, tie_word_embeddings=False),
        interleaved=True, hf_store="F16", without=dict(positions=dict(rope=change(plain, base=1e30)))))

    scaling = dict(factor=8.0, low=1.0, high=4.0, original=64)
    three = rope(500000.0, 16, divisors=llama3_divisors(500000.0, 16, **scaling))
    assert three.divisors[0] == 1 and 1 < three.divisors[1] < 8 and three.divisors[-1] == 8
    models.append(Model(
        "llama3", "llama", sized(head=16, feed=32, rope=three),
        dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", rope_theta=500000.0, head_dim=16,
             rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64),
             attention_bias=False, mlp_bias=False, tie_word_embeddings=False),
        interleaved=True, quantized=["Q8_0", "Q4_0"], without=dict(scaling=dict(rope=change(three, divisors=None)))))

    mistral = rope(1000000.0, 16)
    models.append(Model(
        "mistral", "llama", sized(head=16, feed=36, window=16, rope=mistral),
        dict(architectures=["MistralForCausalLM"], model_type="mistral", hidden_act="silu", rope_theta=1000000.0, head_dim=16,
             sliding_window=16, tie_word_embeddings=False),
        {"attention.sliding_window": 16}, interleaved=True,
        without=dict(window=dict(window=None), one_more=dict(window=17), one_less=dict(window=15))))

    qwen2 = rope(1000000.0)
    models.append(Model(
        "qwen2", "qwen2", sized(bias=True, tied=True, feed=64, rope=qwen2),
        dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2", hidden_act="silu", rope_theta=1000000.0, tie_word_embeddings=True,
             use_sliding_window=False, sliding_window=8, max_window_layers=1),
        quantized=["Q8_0", "Q4_0"], without=dict(bias=dict(bias=False))))

    qwen3 = rope(1000000.0, 16)
    models.append(Model(
        "qwen3", "qwen3", sized(head=16, feed=40, qk_norm=True, tied=True, vocab=67, rope=qwen3),
        dict(architectures=["Qwen3ForCausalLM"], model_type="qwen3", hidden_act="silu", rope_theta=1000000.0, head_dim=16,
             rope_scaling=None, attention_bias=False, tie_word_embeddings=True, use_sliding_window=False, sliding_window=None, max_window_layers=2),
        store="BF16", without=dict(qk_norm=dict(qk_norm=False))))

    gemma2 = rope(10000.0, 16)
    models.append(Model(
        "gemma2", "gemma2",
        sized(layers=3, head=16, feed=32, window=16, full_every=2, gelu=True, embedding_scale=math.sqrt(32), attention_scale=16 ** -0.5,
              attention_cap=3.0, logit_cap=5.0, post_norms=True, tied=True, rope=gemma2),
        dict(architectures=["Gemma2ForCausalLM"], model_type="gemma2", hidden_activation="gelu_pytorch_tanh", hidden_act="gelu_pytorch_tanh",
             rope_theta=10000.0, head_dim=16, query_pre_attn_scalar=16, attn_logit_softcapping=3.0, final_logit_softcapping=5.0,
             sliding_window=16, attention_bias=False, tie_word_embeddings=True),
        {"attention.sliding_window": 16, "attn_logit_softcapping": 3.0, "final_logit_softcapping": 5.0}, gemma_norms=True,
        quantized=["Q8_0", "Q4_0"], variants=dict(scalar=(dict(query_pre_attn_scalar=24), dict(attention_scale=24 ** -0.5))),
        without=dict(window=dict(window=None), one_more=dict(window=17), all_slide=dict(full_every=0), attention_cap=dict(attention_cap=None),
                     logit_cap=dict(logit_cap=None), gelu=dict(gelu=False), post_norms=dict(post_norms=False),
                     embedding_scale=dict(embedding_scale=1.0), scalar=dict(attention_scale=24 ** -0.5))))

    far, near = rope(1000000.0, 24, linear=8.0), rope(10000.0, 24)
    models.append(Model(
        "gemma3", "gemma3",
        sized(layers=7, heads=2, kv_heads=1, head=24, feed=32, window=16, full_every=6, sliding_rope=near, gelu=True,
              embedding_scale=math.sqrt(32), attention_scale=24 ** -0.5,
              qk_norm=True, post_norms=True, tied=True, rope=far),
        dict(architectures=["Gemma3ForCausalLM"], model_type="gemma3_text", hidden_activation="gelu_pytorch_tanh", rope_theta=1000000.0,
             rope_local_base_freq=10000.0, rope_scaling=dict(rope_type="linear", factor=8.0), head_dim=24, query_pre_attn_scalar=24,
             attn_logit_softcapping=None, final_logit_softcapping=None, sliding_window=16, sliding_window_pattern=6, attention_bias=False,
             tie_word_embeddings=True),
        {"attention.sliding_window": 16, "rope.scaling.type": "linear", "rope.scaling.factor": 8.0}, gemma_norms=True, store="F16",
        variants=dict(scalar=(dict(query_pre_attn_scalar=16), dict(attention_scale=0.25))),
        without=dict(window=dict(window=None), one_more=dict(window=17), all_slide=dict(full_every=0), fifth=dict(full_every=5),
                     bases=dict(sliding_rope=None), linear=dict(rope=change(far, linear=1.0)), qk_norm=dict(qk_norm=False))))

    # The factors are made for 256 tokens and 512; which of the two sets holds depends on the runner's context.
    short, long = [1.0, 1.1, 1.5, 2.0], [1.2, 2.5, 5.0, 9.0]
    attention_factor = math.sqrt(1 + math.log(512 / 256) / math.log(256))
    phi_long = rope(divisors=long, magnitude=attention_factor)
    phi_short = change(phi_long, divisors=short)
    partial = rope(length=4, divisors=long[:2], magnitude=attention_factor)
    models.append(Model(
        "phi3", "phi3", sized(rope=phi_long),
        dict(architectures=["Phi3ForCausalLM"], model_type="phi3", hidden_act="silu", rope_theta=10000.0, original_max_position_embeddings=256,
             rope_scaling=dict(type="longrope", short_factor=short, long_factor=long), attention_bias=False, sliding_window=None,
             tie_word_embeddings=False),
        {"rope.scaling.original_context_length": 256, "rope.scaling.attn_factor": attention_factor, "attention.sliding_window": 0},
        context=512, fused=True, store="BF16",
        variants=dict(window=(dict(sliding_window=16), dict(window=16)),
                      partial=(dict(partial_rotary_factor=0.5, rope_scaling=dict(type="longrope", short_factor=short[:2], long_factor=long[:2])),
                               dict(rope=partial))),
        runs=dict(short=(256, dict(rope=phi_short))),
        without=dict(factors=dict(rope=change(phi_long, divisors=None)), magnitude=dict(rope=change(phi_long, magnitude=1.0)),
                     short=dict(rope=phi_short))))
    models[-1].description.extra = dict(long=long, short=short)

    smol = rope(100000.0, 16)
    models.append(Model(
        "smollm", "llama", sized(width=48, heads=3, kv_heads=1, head=16, feed=64, vocab=53, tied=True, rope=smol),
        dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", rope_theta=100000.0, rope_interleaved=False, rope_scaling=None,
             attention_bias=False, mlp_bias=False, tie_word_embeddings=True),
        interleaved=True, store="F16", without=dict(positions=dict(rope=change(smol, base=1e30)))))

    # Rows of 256 columns for the K-quants: in the mix that files called "medium" have, and one type throughout. Rows too short go to Q8_0.
    wide = rope(10000.0, 16)
    kquants = sized(layers=1, width=256, heads=2, kv_heads=1, head=16, feed=256, vocab=48, rope=wide)
    models.append(Model("kquants-mixed", "llama", kquants, None, interleaved=True, quantized=["Q4_K"]))
    models.append(Model("kquants", "llama", dataclasses.replace(kquants, feed=32), None, interleaved=True, quantized=["Q5_K", "Q6_K"]))

    stretched = rope(length=16, divisors=yarn_divisors(10000.0, 16, 4.0, 32), magnitude=0.1 * math.log(4) + 1)
    assert stretched.divisors[0] == 1 and 1 < stretched.divisors[1] < 4 and stretched.divisors[2] == 4
    models.append(Model(
        "qwen2-yarn", "qwen2", sized(layers=1, heads=2, kv_heads=1, head=16, vocab=40, feed=32, bias=True, tied=True, rope=stretched),
        dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2", hidden_act="silu", rope_theta=10000.0, tie_word_embeddings=True,
             use_sliding_window=False, rope_scaling=dict(type="yarn", factor=4.0, original_max_position_embeddings=32)),
        {"rope.scaling.type": "yarn", "rope.scaling.factor": 4.0, "rope.scaling.original_context_length": 32}, store="F16",
        without=dict(scaling=dict(rope=change(stretched, divisors=None)), magnitude=dict(rope=change(stretched, magnitude=1.0)),
                     linear=dict(rope=change(stretched, divisors=None, linear=4.0)))))
    return models
