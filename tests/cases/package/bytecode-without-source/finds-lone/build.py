"""A module that is only there compiled."""

from __future__ import annotations

from pathlib import Path

# The header of CPython 3.11's bytecode (PEP 552) and an empty tuple where code would be.
BYTECODE = b"\xa7\r\r\n" + bytes(12) + b")\x00"


def build(folder: Path) -> None:
    (folder / "drill").mkdir()
    (folder / "drill" / "__init__.py").write_text("VALUE = 1\n")
    (folder / "drill" / "engine.pyc").write_bytes(BYTECODE)
