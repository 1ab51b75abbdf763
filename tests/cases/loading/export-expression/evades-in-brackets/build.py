"""A shape that reaches Python: evades-in-brackets."""

from pathlib import Path

from pratique.drill.attacks.layouts import exported


def build(folder: Path) -> None:
    (folder / "model.pt2").write_bytes(exported("(eval)(s0)"))
