"""safetensors: two tensors with metadata, an empty one, padding in the header."""

from __future__ import annotations

import json
import struct


def samples() -> dict[str, bytes]:
    return {
        "two.safetensors": build({"a": ("F32", [2], 8), "b": ("U8", [3], 3)}, {"format": "pt"}),
        "empty.safetensors": build({}, {}),
        "padded.safetensors": build({"a": ("F16", [1], 2)}, {}, padding=5),
    }


def build(tensors: dict[str, tuple[str, list[int], int]], metadata: dict[str, str], padding: int = 0) -> bytes:
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + size]}
        data += bytes(range(1, size + 1))
    text = json.dumps(header).encode() + b" " * padding
    return struct.pack("<Q", len(text)) + text + data
