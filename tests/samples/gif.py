"""GIF: one pixel."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    return {
        "one.gif": b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
    }
