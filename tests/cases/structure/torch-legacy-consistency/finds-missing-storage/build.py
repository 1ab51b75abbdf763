"""The last storage breaks off."""

from pathlib import Path

from tests.samples.torch_legacy import samples


def build(folder: Path) -> None:
    (folder / "weights.pt").write_bytes(samples()["weights.pt"][:-6])
