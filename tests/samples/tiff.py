"""One strip of four bytes, in either byte order."""

from __future__ import annotations

import struct


def picture(order: str) -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    strip = b"\1\2\3\4"
    entries = [(256, 3, 1, 2), (257, 3, 1, 2), (273, 4, 1, 8), (279, 4, 1, 4)]
    packed = b""
    for tag, kind, count, value in entries:
        inline = struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
        packed += struct.pack(order + "HHI", tag, kind, count) + inline
    directory = struct.pack(order + "H", len(entries)) + packed + bytes(4)
    return mark + struct.pack(order + "I", 12) + strip + directory


def samples() -> dict[str, bytes]:
    return {"little.tif": picture("<"), "big.tif": picture(">")}
