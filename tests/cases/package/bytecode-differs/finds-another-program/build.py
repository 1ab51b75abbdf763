"""A cache that starts a program of which the source says nothing."""

from __future__ import annotations

from pathlib import Path

from tests.samples.pyc import compiled


def build(folder: Path) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("VALUE = 1\n")
    hostile = compiled("import os\nVALUE = 1\nos.system('echo pratique-drill')\n", "__init__.py")
    (folder / "drill" / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(hostile)
