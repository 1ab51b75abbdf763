"""A database of one page."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    head = b"SQLite format 3\0" + struct.pack(">HBBBBBBII", 512, 1, 1, 0, 64, 32, 32, 7, 1)
    head = head.ljust(92, b"\0") + struct.pack(">II", 7, 3045000)
    return {"one.sqlite": head + b"\x0d" + bytes(411)}
