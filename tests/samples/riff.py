"""RIFF: a wave of two samples."""

from __future__ import annotations

import struct


def samples() -> dict[str, bytes]:
    body = (
        b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", 2) + b"\x80\x80"
    )
    return {"two.wav": b"RIFF" + struct.pack("<I", len(body)) + body}
