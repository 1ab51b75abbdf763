"""A promise behind a variable of a stored environment."""

import struct
from pathlib import Path

from pratique.drill.attacks.r_files import NIL, call, promise, rds, symbol, texts


def build(folder: Path) -> None:
    lazy = promise(call(b"print", texts(b"pratique-drill")))
    frame = struct.pack(">I", 0x402) + symbol(b"x") + lazy + NIL
    (folder / "model.rds").write_bytes(rds(struct.pack(">II", 4, 0) + NIL + frame + NIL + NIL))
