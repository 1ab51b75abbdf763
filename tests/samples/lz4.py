"""LZ4: one frame, two frames."""

from __future__ import annotations

import lz4.frame

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    compress = lz4.frame.compress
    return {"one.pkl.lz4": compress(PICKLE), "two.txt.lz4": compress(b"hello\n") + compress(b"again\n")}
