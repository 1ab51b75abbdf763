"""A cache beside its source."""

from __future__ import annotations

from pathlib import Path

# The header of CPython 3.11's bytecode (PEP 552) and an empty tuple where code would be.
BYTECODE = b"\xa7\r\r\n" + bytes(12) + b")\x00"


def build(folder: Path) -> None:
    (folder / "drill" / "__pycache__").mkdir(parents=True)
    (folder / "drill" / "__init__.py").write_text("VALUE = 1\n")
    (folder / "drill" / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(BYTECODE)
