"""Shared libraries (ELF, x86-64) with tables and data, and without a single instruction: nothing in them could run."""

from __future__ import annotations

import struct


def library(
    imports: tuple[str, ...] = (), data: tuple[bytes, ...] = (), needed: tuple[str, ...] = ("libc.so.6",)
) -> bytes:
    """A library that takes `imports` from those that it needs, and holds strings. System V ABI, chapters 4 and 5."""
    names = b"\0"
    places: dict[str, int] = {}
    for name in (*needed, *imports):
        places[name] = len(names)
        names += name.encode() + b"\0"
    symbols = bytes(24) + b"".join(struct.pack("<IBBHQQ", places[name], 0x12, 0, 0, 0, 0) for name in imports)
    count = len(imports) + 1
    hashed = struct.pack("<IIII", 1, count, count - 1, 0) + b"".join(struct.pack("<I", i) for i in range(count - 1))
    symbols_at = 64 + 2 * 56
    names_at = symbols_at + len(symbols)
    hash_at = names_at + len(names)
    dynamic_at = -(-(hash_at + len(hashed)) // 8) * 8
    tags = [(1, places[name]) for name in needed]
    tags += [(4, hash_at), (5, names_at), (6, symbols_at), (10, len(names)), (11, 24), (0, 0)]
    dynamic = b"".join(struct.pack("<qQ", *tag) for tag in tags)
    strings = b"\0" + b"\0".join((*data, b""))
    size = dynamic_at + len(dynamic) + len(strings)
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 4, 0, 0, 0, size, size, 4096)
    dynamic_row = struct.pack("<IIQQQQQQ", 2, 4, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8)
    return (head + load + dynamic_row + symbols + names + hashed).ljust(dynamic_at, b"\0") + dynamic + strings
