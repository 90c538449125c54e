"""Byte-level BPE as GPT-2 does it: byte alphabet, pre-tokenizer, training and encoding.

Only the standard library is used, so the GPT-2 pattern
    's|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+
is written out by hand on top of unicodedata; Python's re has no \\p classes.
"""
import json
import unicodedata
from collections import Counter, defaultdict

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CONTRACTIONS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
SPACES = {9, 10, 11, 12, 13, 0x85}  # with category Z*, this is Unicode White_Space


def byte_alphabet():
    """GPT-2's map from bytes to printable characters, in GPT-2's order."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table = {b: chr(b) for b in keep}
    shift = 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + shift)
            shift += 1
    return table


BYTE_TO_CHAR = byte_alphabet()
CHAR_TO_BYTE = {c: b for b, c in BYTE_TO_CHAR.items()}


def kind(ch):
    if ord(ch) in SPACES:
        return "S"
    category = unicodedata.category(ch)
    return {"Z": "S", "L": "L", "N": "N"}.get(category[0], "O")


def pre_tokenize(text):
    out, i, n = [], 0, len(text)
    kinds = [kind(c) for c in text]
    while i < n:
        found = next((c for c in CONTRACTIONS if text.startswith(c, i)), None)
        if found:
            out.append(found)
            i += len(found)
            continue
        # An optional single U+0020 belongs to the word that follows it.
        start = i + 1 if text[i] == " " and i + 1 < n and kinds[i + 1] != "S" else i
        if kinds[start] != "S":
            j = start
            while j < n and kinds[j] == kinds[start]:
                j += 1
        else:
            j = i
            while j < n and kinds[j] == "S":
                j += 1
            # \s+(?!\S): a run of blanks leaves its last one to the word behind it.
            if j < n and j - i > 1:
                j -= 1
        out.append(text[i:j])
        i = j
    return out


def to_chars(piece):
    return "".join(BYTE_TO_CHAR[b] for b in piece.encode("utf-8"))


def train(texts, vocab_size):
    """Returns the merges. Counts distinct words once and updates pair counts in place."""
    counts = Counter()
    for text in texts:
        counts.update(pre_tokenize(text))
    words = [(list(to_chars(w)), c) for w, c in sorted(counts.items())]
    pairs, where = Counter(), defaultdict(set)
    for n, (symbols, c) in enumerate(words):
        for pair in zip(symbols, symbols[1:]):
            pairs[pair] += c
            where[pair].add(n)
    merges = []
    while len(merges) < vocab_size - 256 - len(SPECIALS) and pairs:
        best = max(pairs.items(), key=lambda kv: (kv[1], kv[0]))[0]  # ties by text: reproducible
        if pairs[best] < 2:
            break
        merges.append(best)
        for n in list(where[best]):
            symbols, c = words[n]
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] -= c
                where[pair].discard(n)
            merged, i = [], 0
            while i < len(symbols):
                if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == best:
                    merged.append(symbols[i] + symbols[i + 1])
                    i += 2
                else:
                    merged.append(symbols[i])
                    i += 1
            words[n] = (merged, c)
            for pair in zip(merged, merged[1:]):
                pairs[pair] += c
                where[pair].add(n)
        pairs = Counter({p: c for p, c in pairs.items() if c > 0})
    return merges


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: n for n, m in enumerate(self.merges)}
        self.tokens = list(BYTE_TO_CHAR[b] for b in sorted(BYTE_TO_CHAR, key=lambda b: ord(BYTE_TO_CHAR[b])))
        self.tokens += [a + b for a, b in self.merges] + SPECIALS
        self.ids = {t: n for n, t in enumerate(self.tokens)}
        assert len(self.ids) == len(self.tokens), "two merges made the same token"
        self.eos = self.ids["<|im_end|>"]
        self.cache = {}

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as f:
            return cls(json.load(f)["merges"])

    def save(self, path):
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"merges": self.merges}, f, ensure_ascii=False)

    def word(self, piece):
        if piece not in self.cache:
            symbols = list(to_chars(piece))
            while len(symbols) > 1:
                ranked = [(self.rank.get(p, 1 << 30), n) for n, p in enumerate(zip(symbols, symbols[1:]))]
                rank, n = min(ranked)
                if rank == 1 << 30:
                    break
                symbols[n:n + 2] = [symbols[n] + symbols[n + 1]]
            self.cache[piece] = [self.ids[s] for s in symbols]
        return self.cache[piece]

    def encode_text(self, text):
        """Plain text; special tokens are not recognised."""
        return [t for piece in pre_tokenize(text) for t in self.word(piece)]

    def encode(self, text):
        """Text in which the special tokens stand for themselves."""
        out, start, i = [], 0, text.find("<|")
        while i >= 0:
            special = next((s for s in SPECIALS if text.startswith(s, i)), None)
            if special:
                out += self.encode_text(text[start:i]) + [self.ids[special]]
                start = i + len(special)
            i = text.find("<|", max(i + 1, start))
        return out + self.encode_text(text[start:])

    def decode(self, ids):
        data = bytearray()
        for n in ids:
            token = self.tokens[n]
            data += token.encode() if token in SPECIALS else bytes(CHAR_TO_BYTE[c] for c in token)
        return data.decode("utf-8", errors="replace")
