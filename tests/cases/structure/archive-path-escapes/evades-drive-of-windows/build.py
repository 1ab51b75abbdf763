"""A link to a file of Windows, with a drive letter."""

import tarfile
from pathlib import Path


def build(folder: Path) -> None:
    info = tarfile.TarInfo("links/system")
    info.type, info.linkname = tarfile.SYMTYPE, "C:\\Windows\\win.ini"
    with tarfile.open(folder / "model.tar", "w") as archive:
        archive.addfile(info)
