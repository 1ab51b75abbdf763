"""512 bytes before the signature, as the specification allows."""

from pathlib import Path

from tests.samples.hdf5 import samples


def build(folder: Path) -> None:
    (folder / "model.h5").write_bytes(samples()["user-block.h5"])
