"""A call that is only stored, as formulas are."""

from pathlib import Path

from pratique.drill.attacks.r_files import call, rds, texts


def build(folder: Path) -> None:
    (folder / "model.rds").write_bytes(rds(call(b"print", texts(b"pratique-drill"))))
