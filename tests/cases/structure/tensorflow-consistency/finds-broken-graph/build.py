"""A graph whose last field is longer than the file."""

from pathlib import Path

from tests.samples.tensorflow_graph import samples


def build(folder: Path) -> None:
    (folder / "frozen.pb").write_bytes(samples()["frozen.pb"] + b"\x0a\x7f")
