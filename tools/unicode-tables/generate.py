"""Writes CanonicalData.cs from Python's Unicode database: canonical decompositions and combining classes.

usage: python3 tools/unicode-tables/generate.py > src/DePin.Sdk.Compute/Tokenizers/Unicode/CanonicalData.cs
"""

import base64
import sys
import unicodedata
import zlib


def packed(data):
    text = base64.b64encode(zlib.compress(bytes(data), 9)).decode()
    return " +\n        ".join(f'"{text[i:i + 130]}"' for i in range(0, len(text), 130))


decompositions, classes = bytearray(), bytearray()
for value in range(0x110000):
    character = chr(value)
    parts = unicodedata.decomposition(character)
    if parts and not parts.startswith("<"):
        numbers = [int(p, 16) for p in parts.split()] + [0]
        composes = unicodedata.normalize("NFC", "".join(chr(n) for n in numbers if n)) == character
        decompositions += (value | (0x800000 if composes else 0)).to_bytes(3, "little")
        decompositions += numbers[0].to_bytes(3, "little") + numbers[1].to_bytes(3, "little")
    if unicodedata.combining(character):
        classes += value.to_bytes(3, "little") + bytes([unicodedata.combining(character)])

sys.stdout.write(f'''namespace DePin.Sdk.Compute.Tokenizers.Unicode;

/// <summary>Unicode {unicodedata.unidata_version}; written by <c>tools/unicode-tables/generate.py</c>.</summary>
internal static class CanonicalData
{{
    /// <summary>Packed triples of 24-bit numbers: character, first and second part; bit 23 of the first says that the parts compose.</summary>
    public const string Decompositions =
        {packed(decompositions)};

    /// <summary>Packed pairs of a 24-bit character and its combining class.</summary>
    public const string CombiningClasses =
        {packed(classes)};
}}
''')
