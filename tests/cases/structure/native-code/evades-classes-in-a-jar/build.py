"""Classes of Java, in a jar under the name of data: one finding for the jar."""

import zipfile
from pathlib import Path

from tests.samples.native import samples


def build(folder: Path) -> None:
    with zipfile.ZipFile(folder / "weights.zip", "w") as archive:
        for name in ("Main.class", "Other.class"):
            archive.writestr(zipfile.ZipInfo(f"org/example/{name}"), samples()["Main.class"])
