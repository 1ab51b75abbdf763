"""JPEG: the marker structure of one image, with a little entropy-coded data."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    segment = b"\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0?\0" + b"\x12\xff\0\x34\xff\xd0\x56"
    return {"one.jpg": b"\xff\xd8" + segment + scan + b"\xff\xd9"}
