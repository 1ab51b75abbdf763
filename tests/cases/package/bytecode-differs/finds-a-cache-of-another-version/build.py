"""A cache that a release forgot: of a source of another size, so that no Python loads it."""

from __future__ import annotations

import importlib.util
import marshal
from pathlib import Path

OLD = "import subprocess\nVALUE = 1\nsubprocess.run(['git', '--version'])\n"


def build(folder: Path) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("VALUE = 1\n")
    header = importlib.util.MAGIC_NUMBER + bytes(8) + len(OLD).to_bytes(4, "little")
    code = marshal.dumps(compile(OLD, "__init__.py", "exec"))
    (folder / "drill" / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(header + code)
