"""A folder, and a link inside of it."""

import tarfile
from pathlib import Path


def build(folder: Path) -> None:
    entry, link = tarfile.TarInfo("weights"), tarfile.TarInfo("weights/latest")
    entry.type, link.type, link.linkname = tarfile.DIRTYPE, tarfile.SYMTYPE, "first"
    with tarfile.open(folder / "model.tar", "w") as archive:
        archive.addfile(entry)
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("weights/first"))
