"""bzip2: one stream, two streams."""

from __future__ import annotations

import bz2

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    return {"one.pkl.bz2": bz2.compress(PICKLE), "two.txt.bz2": bz2.compress(b"hello\n") + bz2.compress(b"again\n")}
