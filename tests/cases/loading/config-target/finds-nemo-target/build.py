"""A NeMo archive whose class evaluates code."""

import io
import tarfile
from pathlib import Path


def build(folder: Path) -> None:
    data = b"target: builtins.exec\nnemo_version: 1.23.0\nsample_rate: 16000\n"
    with tarfile.open(folder / "model.nemo", "w") as archive:
        member = tarfile.TarInfo("./model_config.yaml")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
