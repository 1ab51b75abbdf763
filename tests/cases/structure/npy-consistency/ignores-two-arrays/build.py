"""Two arrays in one file, as numpy.save on one handle writes."""

from pathlib import Path

from tests.samples.npy import samples


def build(folder: Path) -> None:
    (folder / "weights.npy").write_bytes(samples()["two.npy"])
