"""Zstandard: one frame, two frames."""

from __future__ import annotations

import zstandard

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    compress = zstandard.ZstdCompressor().compress
    return {"one.pkl.zst": compress(PICKLE), "two.txt.zst": compress(b"hello\n") + compress(b"again\n")}
