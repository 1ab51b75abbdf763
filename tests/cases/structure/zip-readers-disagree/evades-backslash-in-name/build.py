"""Two names that are one on Windows."""

import zipfile
from pathlib import Path


def build(folder: Path) -> None:
    with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
        archive.writestr(zipfile.ZipInfo("arrays\\first.txt"), "one")
        archive.writestr(zipfile.ZipInfo("arrays/first.txt"), "two")
