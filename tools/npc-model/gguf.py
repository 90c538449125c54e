"""Just enough GGUF v3 to write this model and to read it back: metadata, F32 and Q8_0."""
import struct

import numpy as np

F32, Q8_0 = 0, 8
ALIGN = 32
BLOCK = 32  # values per Q8_0 block: one float16 scale, then 32 signed bytes
U32, I32, FLT, BOOL, STR, ARR = 4, 5, 6, 7, 8, 9


class Typed:
    """A metadata value with its GGUF type, where the Python type alone does not tell it."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value


def quantize(matrix):
    rows, cols = matrix.shape
    assert cols % BLOCK == 0, "a Q8_0 row must be a whole number of blocks"
    x = matrix.astype(np.float32).reshape(-1, BLOCK)
    d = np.abs(x).max(1, keepdims=True) / np.float32(127)
    with np.errstate(divide="ignore"):
        inverse = np.where(d > 0, 1 / d, 0).astype(np.float32)
    scaled = x * inverse
    q = np.trunc(scaled + np.copysign(np.float32(0.5), scaled)).astype(np.int8)  # halves away from zero, as C's roundf
    out = np.empty(len(x), dtype=[("d", "<f2"), ("q", "i1", BLOCK)])
    out["d"], out["q"] = d[:, 0].astype(np.float16), q
    return out.tobytes()


def dequantize(raw, shape):
    blocks = np.frombuffer(raw, dtype=[("d", "<f2"), ("q", "i1", BLOCK)])
    return (blocks["q"].astype(np.float32) * blocks["d"].astype(np.float32)[:, None]).reshape(shape)


def string(s):
    data = s.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def value(v):
    """(type, bytes) of a metadata value."""
    if isinstance(v, Typed):
        if v.kind == FLT:
            return FLT, struct.pack("<f", v.value)
        if v.kind == ARR:  # value = (element type, list)
            kind, items = v.value
            body = b"".join(string(i) for i in items) if kind == STR else struct.pack(f"<{len(items)}i", *items)
            return ARR, struct.pack("<IQ", kind, len(items)) + body
    if isinstance(v, bool):
        return BOOL, struct.pack("<?", v)
    if isinstance(v, int):
        return U32, struct.pack("<I", v)
    return STR, string(v)


def write(path, metadata, tensors):
    """tensors: list of (name, float32 array). Vectors stay F32, matrices become Q8_0."""
    write_encoded(path, metadata, [
        (name, array.shape, F32, array.astype("<f4").tobytes()) if array.ndim == 1 else (name, array.shape, Q8_0, quantize(array))
        for name, array in tensors])


def write_encoded(path, metadata, entries):
    """entries: list of (name, shape, GGUF type, bytes)."""
    head = [b"GGUF", struct.pack("<IQQ", 3, len(entries), len(metadata))]
    for key, v in metadata.items():
        kind, data = value(v)
        head += [string(key), struct.pack("<I", kind), data]
    blobs, offset = [], 0
    for name, shape, kind, blob in entries:
        # GGUF lists the dimensions from the fastest-changing one outwards.
        head += [string(name), struct.pack("<I", len(shape)), struct.pack(f"<{len(shape)}Q", *reversed(shape)), struct.pack("<IQ", kind, offset)]
        blobs.append(blob + bytes(-len(blob) % ALIGN))
        offset += len(blobs[-1])
    data = b"".join(head)
    with open(path, "wb") as f:
        f.write(data + bytes(-len(data) % ALIGN) + b"".join(blobs))


def read(path):
    """Returns (metadata, tensors as float32 arrays, kinds of the tensors)."""
    with open(path, "rb") as f:
        data = f.read()
    at = 0

    def take(fmt):
        nonlocal at
        got = struct.unpack_from("<" + fmt, data, at)
        at += struct.calcsize("<" + fmt)
        return got if len(got) > 1 else got[0]

    def take_string():
        nonlocal at
        n = take("Q")
        at += n
        return data[at - n:at].decode("utf-8")

    simple = {0: "B", 1: "b", 2: "H", 3: "h", U32: "I", I32: "i", FLT: "f", BOOL: "?", 10: "Q", 11: "q", 12: "d"}

    def take_value(kind):
        if kind == STR:
            return take_string()
        if kind == ARR:
            element, n = take("IQ")
            return [take_value(element) for _ in range(n)]
        return take(simple[kind])

    assert data[:4] == b"GGUF"
    at = 4
    version, n_tensors, n_meta = take("IQQ")
    assert version == 3
    metadata = {}
    for _ in range(n_meta):
        key = take_string()
        metadata[key] = take_value(take("I"))
    infos = []
    for _ in range(n_tensors):
        name, dims = take_string(), take("I")
        shape = tuple(reversed([take("Q") for _ in range(dims)]))
        infos.append((name, shape, *take("IQ")))
    base = at + -at % ALIGN
    tensors, kinds = {}, {}
    for name, shape, kind, offset in infos:
        assert offset % ALIGN == 0
        count = int(np.prod(shape))
        size = count * 4 if kind == F32 else count // BLOCK * 34
        assert base + offset + size <= len(data), name
        raw = data[base + offset:base + offset + size]
        tensors[name] = np.frombuffer(raw, "<f4").reshape(shape).copy() if kind == F32 else dequantize(raw, shape)
        kinds[name] = kind
    return metadata, tensors, kinds
