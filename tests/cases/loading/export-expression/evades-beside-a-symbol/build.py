"""A shape that reaches Python: evades-beside-a-symbol."""

from pathlib import Path

from pratique.drill.attacks.layouts import exported


def build(folder: Path) -> None:
    (folder / "model.pt2").write_bytes(exported("Symbol('s0') + [exit(1) for s1 in (1,)][0]"))
