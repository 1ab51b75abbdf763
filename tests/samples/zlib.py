"""zlib at its four levels."""

from __future__ import annotations

import zlib

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."


def samples() -> dict[str, bytes]:
    return {f"level{level}.pkl.z": zlib.compress(PICKLE * 1, level) for level in (0, 1, 6, 9)}
