"""A zone with one change of offset, in version 1 and 2."""

from __future__ import annotations

import struct


def block(version: bytes, time: str) -> bytes:
    head = b"TZif" + version + bytes(15) + struct.pack(">6I", 0, 0, 0, 1, 2, 8)
    kinds = struct.pack(">iBB", 0, 0, 0) + struct.pack(">iBB", 3600, 1, 4)
    return head + struct.pack(">" + time, 86_400) + b"\1" + kinds + b"UTC\0CET\0"


def samples() -> dict[str, bytes]:
    return {"first.tz": block(b"\0", "i"), "second.tz": block(b"2", "i") + block(b"2", "q") + b"\nCET-1\n"}
