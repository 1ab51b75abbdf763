"""The library is stored as a tensor file of a torch archive."""

import zipfile
from pathlib import Path

from tests.samples.native import samples


def build(folder: Path) -> None:
    with zipfile.ZipFile(folder / "model.pt", "w") as archive:
        archive.writestr(zipfile.ZipInfo("model/data.pkl"), b"\x80\x02}.")
        archive.writestr(zipfile.ZipInfo("model/data/0"), samples()["lib.so"])
        archive.writestr(zipfile.ZipInfo("model/version"), b"3\n")
