"""GGUF files whose tensor table leads a reader out of bounds."""

from __future__ import annotations

import struct
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

F32 = 0


def gguf(shape: tuple[int, ...], offset: int, data: bytes, kind: int = F32) -> bytes:
    """One tensor `w`, no keys, data aligned to 32 bytes."""
    info = struct.pack("<Q", 1) + b"w" + struct.pack("<I", len(shape)) + b"".join(struct.pack("<Q", n) for n in shape)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + info + struct.pack("<IQ", kind, offset)
    return header + bytes(-len(header) % 32) + data


def attack(id_: str, title: str, content: bytes) -> Attack:
    def build(folder: Path) -> None:
        (folder / "model.gguf").write_bytes(content)

    def twin(folder: Path) -> None:
        (folder / "model.gguf").write_bytes(gguf((8,), 0, bytes(32)))

    references = ("CWE-1284", "CVE-2025-53630", "CVE-2024-21836")
    return Attack(
        f"gguf/{id_}", title, AttackPath.MODEL, ("structure/gguf-table",), build, twin, True, "model.gguf", references
    )


ATTACKS = (
    attack("overflow", "a shape whose product overflows 64 bits", gguf((1 << 32, 1 << 32), 0, bytes(32))),
    attack("out-of-bounds", "a tensor that ends far behind the file", gguf((8,), 1 << 40, bytes(32))),
    attack("block-size", "a row that is no whole number of blocks", gguf((7,), 0, bytes(32), kind=2)),
)
