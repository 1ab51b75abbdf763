"""The shape needs more bytes than follow."""

from pathlib import Path

from tests.samples.npy import samples


def build(folder: Path) -> None:
    (folder / "weights.npy").write_bytes(samples()["floats.npy"][:-8])
