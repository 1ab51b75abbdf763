"""A tar whose last member is an archive: both readers open the file, and neither hides anything."""

import io
import tarfile
from pathlib import Path

from tests.samples.zip import samples


def build(folder: Path) -> None:
    data = samples()["stored.zip"]
    with tarfile.open(folder / "parts.tar", "w") as archive:
        info = tarfile.TarInfo("parts/first.zip")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
