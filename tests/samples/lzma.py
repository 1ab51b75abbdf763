"""LZMA alone, as joblib writes it."""

from __future__ import annotations

import lzma

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    return {"one.pkl.lzma": lzma.compress(PICKLE, lzma.FORMAT_ALONE)}
