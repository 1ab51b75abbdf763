"""The promise is an element of a list, in a compressed file of another name."""

import gzip
import struct
from pathlib import Path

from pratique.drill.attacks.r_files import call, promise, rds, texts


def build(folder: Path) -> None:
    element = promise(call(b"print", texts(b"pratique-drill")))
    values = struct.pack(">II", 19, 2) + texts(b"weights") + element
    (folder / "weights.bin").write_bytes(gzip.compress(rds(values), mtime=0))
