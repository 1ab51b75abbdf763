"""A module that is only there as bytecode."""

from pathlib import Path

from tests.samples.pyc import pyc, text


def build(folder: Path) -> None:
    (folder / "modeling.pyc").write_bytes(pyc(("os", "system"), (text("echo pratique-drill"),)))
