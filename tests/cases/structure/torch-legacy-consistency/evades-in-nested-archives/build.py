"""The checkpoint in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived
from tests.samples.torch_legacy import samples


def plain(folder: Path) -> None:
    (folder / "weights.pt").write_bytes(samples()["weights.pt"][:-6])


build = archived(plain)
