"""A TrueType font of two tables, and a WOFF file that only says how long it is."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    records = struct.pack(">4sIII", b"head", 0, 44, 6) + struct.pack(">4sIII", b"name", 0, 52, 4)
    font = b"\0\1\0\0" + struct.pack(">HHHH", 2, 16, 1, 0) + records + b"\1\2\3\4\5\6\0\0" + b"abcd"
    woff = b"wOFF\0\1\0\0" + struct.pack(">I", 48) + bytes(36)
    return {"two.ttf": font, "one.woff": woff}
