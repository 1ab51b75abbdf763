"""R data: texts, and numbers with a name."""

from __future__ import annotations

import struct

from pratique.drill.attacks.r_files import NIL, call, rds, symbol, texts


def samples() -> dict[str, bytes]:
    numbers = struct.pack(">II2d", 0x20E, 2, 1.0, 2.0)  # with attributes
    names = struct.pack(">I", 0x402) + symbol(b"names") + texts(b"a", b"b") + NIL
    return {"texts.rds": rds(texts(b"a", b"b")), "formula.RData": b"RDX2\n" + rds(call(b"~", numbers + names))}
