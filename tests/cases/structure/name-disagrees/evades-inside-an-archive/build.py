"""The misnamed file lies in an archive, in an upper-case name."""

import zipfile
from pathlib import Path


def build(folder: Path) -> None:
    with zipfile.ZipFile(folder / "model.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("weights/MODEL.ONNX"), "A note that is no graph.\n")
