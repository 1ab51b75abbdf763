"""No promise, but a binding that calls a function when it is read."""

import struct
from pathlib import Path

from pratique.drill.attacks.r_files import NIL, call, rds, symbol, texts


def build(folder: Path) -> None:
    frame = struct.pack(">I", 0x402 | 1 << 27) + symbol(b"x") + call(b"print", texts(b"drill")) + NIL
    (folder / "model.rds").write_bytes(rds(struct.pack(">II", 4, 0) + NIL + frame + NIL + NIL))
