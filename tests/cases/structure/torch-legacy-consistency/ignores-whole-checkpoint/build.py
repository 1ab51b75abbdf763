"""A checkpoint in torch's first format."""

from pathlib import Path

from tests.samples.torch_legacy import samples


def build(folder: Path) -> None:
    (folder / "weights.pt").write_bytes(samples()["weights.pt"])
