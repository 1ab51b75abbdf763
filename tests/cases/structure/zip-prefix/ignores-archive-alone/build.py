"""The archive alone."""

from pathlib import Path

from tests.samples.zip import samples


def build(folder: Path) -> None:
    (folder / "model.zip").write_bytes(samples()["deflated.zip"])
