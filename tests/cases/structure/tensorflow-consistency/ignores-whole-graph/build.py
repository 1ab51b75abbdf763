"""The same graph, whole."""

from pathlib import Path

from tests.samples.tensorflow_graph import samples


def build(folder: Path) -> None:
    (folder / "frozen.pb").write_bytes(samples()["frozen.pb"])
