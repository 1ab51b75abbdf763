"""xz: one stream, two streams."""

from __future__ import annotations

import lzma

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    return {"one.pkl.xz": lzma.compress(PICKLE), "two.txt.xz": lzma.compress(b"hello\n") + lzma.compress(b"again\n")}
