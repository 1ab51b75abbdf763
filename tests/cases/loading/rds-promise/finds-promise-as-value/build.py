"""The value of the file is code that R evaluates when it is looked at."""

from pathlib import Path

from pratique.drill.attacks.r_files import call, promise, rds, texts


def build(folder: Path) -> None:
    (folder / "model.rds").write_bytes(rds(promise(call(b"print", texts(b"pratique-drill")))))
