"""SentencePiece's compiled normalization rules: a double-array trie whose numbers its library follows.

Source: sentencepiece, src/normalizer.cc (`DecodePrecompiledCharsMap`), third_party/darts_clone/darts.h (`DoubleArrayUnit`);
 reports of reads
outside of it: google/sentencepiece#1269, #1272, and CVE-2026-1260 for the pieces.
"""

from __future__ import annotations

import struct

MAX_BYTES = 8 << 20
VALUE = 1 << 31  # a unit that holds a value instead of an offset
HAS_LEAF = 1 << 8
LABELS = 0xFF


def charsmap_defect(data: bytes) -> str | None:
    """Why following the map could leave it, or None: `data` is a trie's size in bytes (4 bytes), the trie, and the texts."""
    size = int.from_bytes(data[:4], "little")
    if len(data) < 8 or size < 4 or size % 4 or size > len(data) - 4:
        return f"a trie of {size} bytes in a map of {len(data)}"
    units = struct.unpack_from(f"<{size // 4}I", data, 4)
    texts = len(data) - 4 - size
    for place, unit in enumerate(units):
        if unit & VALUE and place:
            continue
        if unit & VALUE:
            return "the trie's root holds a value"
        base = place ^ ((unit >> 10) << ((unit & (1 << 9)) >> 6))
        if base | LABELS >= len(units):
            return f"unit {place} leads to unit {base}, of {len(units)}"
        if unit & HAS_LEAF and units[base] & ~VALUE >= texts:
            return f"unit {place} names the text at {units[base] & ~VALUE}, of {texts} bytes"
    return None
