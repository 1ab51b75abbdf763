"""Only the second array of the file is short."""

from pathlib import Path

from tests.samples.npy import samples


def build(folder: Path) -> None:
    (folder / "weights.npy").write_bytes(samples()["two.npy"][:-8])
