"""A pickle that runs a shell command when it is loaded."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'echo pratique-drill'\ntR.")
