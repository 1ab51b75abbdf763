"""The graph in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived
from tests.samples.tensorflow_graph import samples


def plain(folder: Path) -> None:
    (folder / "frozen.pb").write_bytes(samples()["frozen.pb"] + b"\x0a\x7f")


build = archived(plain)
