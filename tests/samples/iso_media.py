"""A file type box and a data box."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    kind = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)
    return {"one.mp4": kind + struct.pack(">I4s", 12, b"mdat") + b"\1\2\3\4"}
