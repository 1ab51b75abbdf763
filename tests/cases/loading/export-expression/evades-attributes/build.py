"""A shape that reaches Python: evades-attributes."""

from pathlib import Path

from pratique.drill.attacks.layouts import exported


def build(folder: Path) -> None:
    (folder / "model.pt2").write_bytes(exported("s0.__class__.__mro__"))
