"""Bytecode in the cache of a module, that runs more than the source says."""

from pathlib import Path

from tests.samples.pyc import pyc, text


def build(folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    (folder / "modeling.py").write_text("WIDTH = 9\n")
    (folder / "__pycache__" / "modeling.cpython-38.pyc").write_bytes(
        pyc(("os", "system"), (text("echo pratique-drill"),))
    )
