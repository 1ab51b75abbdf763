"""An archive whose directory is cut off."""

from pathlib import Path

from tests.samples.zip import samples


def build(folder: Path) -> None:
    data = samples()["stored.zip"]
    (folder / "model.zip").write_bytes(data[: data.index(b"PK\x01\x02")])
