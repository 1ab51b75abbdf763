"""GGUF: every value type, both byte orders, two tensors."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    return {"little.gguf": build("<"), "big.gguf": build(">"), "v2.gguf": build("<", 2)}


def build(order: str, version: int = 3) -> bytes:
    def string(text: str) -> bytes:
        return struct.pack(order + "Q", len(text)) + text.encode()

    values = {
        "u8": (0, struct.pack(order + "B", 7)),
        "i64": (11, struct.pack(order + "q", -7)),
        "f32": (6, struct.pack(order + "f", 0.5)),
        "flag": (7, b"\x01"),
        "general.name": (8, string("tiny")),
        "numbers": (9, struct.pack(order + "IQ", 5, 3) + struct.pack(order + "3i", 1, 2, 3)),
        "tokenizer.ggml.tokens": (9, struct.pack(order + "IQ", 8, 2) + string("a") + string("b")),
        "tokenizer.chat_template": (8, string("{{ messages[0]['content'] }}")),
    }
    header = b"GGUF" + struct.pack(order + "IQQ", version, 2, len(values))
    for key, (kind, data) in values.items():
        header += string(key) + struct.pack(order + "I", kind) + data
    for name, offset in (("a", 0), ("b", 32)):
        header += (
            string(name)
            + struct.pack(order + "I", 1)
            + struct.pack(order + "Q", 8)
            + struct.pack(order + "IQ", 0, offset)
        )
    return header + bytes(-len(header) % 32) + bytes(range(64))
