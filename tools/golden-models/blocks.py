"""Quantized blocks of GGUF: packing by plain rounding, and unpacking in float32 as the format defines it."""
import numpy as np

Q4_0, Q8_0, Q4_K, Q5_K, Q6_K = 2, 8, 12, 13, 14
NAMES = {Q4_0: "q4_0", Q8_0: "q8_0", Q4_K: "q4_k", Q5_K: "q5_k", Q6_K: "q6_k"}
SIZE = {Q4_0: (32, 18), Q8_0: (32, 34), Q4_K: (256, 144), Q5_K: (256, 176), Q6_K: (256, 210)}


def half(x):
    return np.asarray(x, np.float32).astype("<f2")


def inverse(d):
    d = np.asarray(d, np.float32)
    return np.divide(1, d, out=np.zeros_like(d), where=d != 0)


def pack_q8_0(x):
    d = half(np.abs(x).max(1) / 127)
    q = np.clip(np.round(x * inverse(d.astype(np.float32))[:, None]), -127, 127).astype(np.int8)
    return np.concatenate([d[:, None].view(np.uint8), q.view(np.uint8)], 1)


def unpack_q8_0(b):
    return b[:, :2].copy().view("<f2").astype(np.float32) * b[:, 2:].view(np.int8).astype(np.float32)


def pack_q4_0(x):
    """Low nibbles hold the first 16 values, high nibbles the other 16; 8 is zero."""
    far = x[np.arange(len(x)), np.abs(x).argmax(1)]
    d = half(far / -8)
    q = np.clip(np.round(x * inverse(d.astype(np.float32))[:, None]) + 8, 0, 15).astype(np.uint8)
    return np.concatenate([d[:, None].view(np.uint8), q[:, :16] | q[:, 16:] << 4], 1)


def unpack_q4_0(b):
    q = np.concatenate([b[:, 2:] & 15, b[:, 2:] >> 4], 1).astype(np.float32) - 8
    return b[:, :2].copy().view("<f2").astype(np.float32) * q


def scales_and_minima(x, top):
    """Q4_K and Q5_K: value = d * scale * q - dmin * minimum, scales and minima being 6 bits for each of 8 groups of 32."""
    groups = x.reshape(len(x), 8, 32)
    low = np.minimum(groups.min(2), 0)
    step = (groups.max(2) - low) / top
    d, dmin = half(step.max(1) / 63), half(-low.min(1) / 63)
    scale = np.clip(np.round(step * inverse(d.astype(np.float32))[:, None]), 0, 63).astype(np.uint8)
    minimum = np.clip(np.round(-low * inverse(dmin.astype(np.float32))[:, None]), 0, 63).astype(np.uint8)
    unit = d.astype(np.float32)[:, None] * scale
    shift = dmin.astype(np.float32)[:, None] * minimum
    q = np.clip(np.round((groups + shift[:, :, None]) * inverse(unit)[:, :, None]), 0, top).astype(np.uint8)
    # Twelve bytes: six bits of groups 0-3 whole, of groups 4-7 as four low bits, their two high bits atop the first eight bytes.
    packed = np.concatenate([
        scale[:, :4] | (scale[:, 4:] >> 4) << 6,
        minimum[:, :4] | (minimum[:, 4:] >> 4) << 6,
        (scale[:, 4:] & 15) | (minimum[:, 4:] & 15) << 4], 1)
    return np.concatenate([d[:, None].view(np.uint8), dmin[:, None].view(np.uint8), packed], 1), q


def unpack_scales(b):
    d, dmin = (b[:, i:i + 2].copy().view("<f2").astype(np.float32) for i in (0, 2))
    s = b[:, 4:16]
    scale = np.concatenate([s[:, :4] & 63, (s[:, 8:] & 15) | (s[:, :4] >> 6) << 4], 1)
    minimum = np.concatenate([s[:, 4:8] & 63, (s[:, 8:] >> 4) | (s[:, 4:8] >> 6) << 4], 1)
    return d * scale, dmin * minimum


def nibbles(q):
    """Groups 2i and 2i+1 share 32 bytes: the even group in the low nibbles."""
    return (q[:, 0::2] | q[:, 1::2] << 4).reshape(len(q), 128)


def unnibble(b):
    pairs = b.reshape(len(b), 4, 32)
    return np.stack([pairs & 15, pairs >> 4], 2).reshape(len(b), 8, 32)


def pack_q4_k(x):
    head, q = scales_and_minima(x, 15)
    return np.concatenate([head, nibbles(q)], 1)


def unpack_q4_k(b):
    scale, shift = unpack_scales(b)
    return (scale[:, :, None] * unnibble(b[:, 16:]).astype(np.float32) - shift[:, :, None]).reshape(len(b), 256)


def pack_q5_k(x):
    """The fifth bit of value j of group g is bit g of byte j."""
    head, q = scales_and_minima(x, 31)
    high = ((q >> 4) << np.arange(8, dtype=np.uint8)[None, :, None]).sum(1).astype(np.uint8)
    return np.concatenate([head, high, nibbles(q & 15)], 1)


def unpack_q5_k(b):
    scale, shift = unpack_scales(b)
    high = (b[:, None, 16:48] >> np.arange(8, dtype=np.uint8)[None, :, None]) & 1
    q = unnibble(b[:, 48:]) | high << 4
    return (scale[:, :, None] * q.astype(np.float32) - shift[:, :, None]).reshape(len(b), 256)


def pack_q6_k(x):
    """Two halves of 128 values; of each, 64 bytes of low nibbles and 32 bytes of high bit pairs serve the quarters of 32."""
    groups = x.reshape(len(x), 16, 16)
    step = np.abs(groups).max(2) / 31
    d = half(step.max(1) / 127)
    scale = np.clip(np.round(step * inverse(d.astype(np.float32))[:, None]), 0, 127).astype(np.int8)
    unit = d.astype(np.float32)[:, None] * scale
    q = (np.clip(np.round(groups * inverse(unit)[:, :, None]), -32, 31) + 32).astype(np.uint8).reshape(len(x), 2, 4, 32)
    low, high = q & 15, q >> 4
    ql = np.concatenate([low[:, :, 0] | low[:, :, 2] << 4, low[:, :, 1] | low[:, :, 3] << 4], 2).reshape(len(x), 128)
    qh = (high[:, :, 0] | high[:, :, 1] << 2 | high[:, :, 2] << 4 | high[:, :, 3] << 6).reshape(len(x), 64)
    return np.concatenate([ql, qh, scale.view(np.uint8), d[:, None].view(np.uint8)], 1)


def unpack_q6_k(b):
    ql, qh = b[:, :128].reshape(-1, 2, 2, 32), b[:, 128:192].reshape(-1, 2, 32)
    low = np.concatenate([ql & 15, ql >> 4], 2)
    high = np.stack([(qh >> shift) & 3 for shift in (0, 2, 4, 6)], 2)
    q = (low | high << 4).reshape(len(b), 16, 16).astype(np.float32) - 32
    unit = b[:, 208:210].copy().view("<f2").astype(np.float32) * b[:, 192:208].view(np.int8).astype(np.float32)
    return (unit[:, :, None] * q).reshape(len(b), 256)


PACK = {Q4_0: pack_q4_0, Q8_0: pack_q8_0, Q4_K: pack_q4_k, Q5_K: pack_q5_k, Q6_K: pack_q6_k}
UNPACK = {Q4_0: unpack_q4_0, Q8_0: unpack_q8_0, Q4_K: unpack_q4_k, Q5_K: unpack_q5_k, Q6_K: unpack_q6_k}


def pack(matrix, kind):
    return PACK[kind](np.ascontiguousarray(matrix, np.float32).reshape(-1, SIZE[kind][0])).tobytes()


def unpack(raw, shape, kind):
    return UNPACK[kind](np.frombuffer(raw, np.uint8).reshape(-1, SIZE[kind][1])).reshape(shape)
