"""A file that ends before its root group."""

from pathlib import Path

from tests.samples.hdf5 import samples


def build(folder: Path) -> None:
    (folder / "model.h5").write_bytes(samples()["model.h5"][:200])
