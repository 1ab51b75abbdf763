"""A cache for `python -OO` that names what it runs by a string; the source holds the letters of it in other words."""

from __future__ import annotations

from pathlib import Path

from tests.samples.pyc import compiled

SOURCE = 'import os\n\n\ndef executable():\n    """The executable\'s path."""\n    return getattr(os, "sep")\n'


def build(folder: Path) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text(SOURCE)
    hostile = compiled(SOURCE + "getattr(__builtins__, 'exec')('print(\"pratique-drill\")')\n", "__init__.py")
    (folder / "drill" / "__pycache__" / "__init__.cpython-311.opt-2.pyc").write_bytes(hostile)
