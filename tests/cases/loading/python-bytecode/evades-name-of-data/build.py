"""Bytecode under the name of data, of an old Python, in an archive."""

import zipfile
from pathlib import Path

from tests.samples.pyc import pyc


def build(folder: Path) -> None:
    with zipfile.ZipFile(folder / "weights.zip", "w") as archive:
        archive.writestr("weights.dat", pyc(("marshal", "loads"), (), "2.7"))
