"""A stored environment with a plain value."""

import struct
from pathlib import Path

from pratique.drill.attacks.r_files import NIL, rds, symbol, texts


def build(folder: Path) -> None:
    frame = struct.pack(">I", 0x402) + symbol(b"x") + texts(b"a") + NIL
    (folder / "model.rds").write_bytes(rds(struct.pack(">II", 4, 0) + NIL + frame + NIL + NIL))
