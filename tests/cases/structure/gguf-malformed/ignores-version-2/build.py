"""An older version of the format."""

from pathlib import Path

from tests.samples.gguf import samples


def build(folder: Path) -> None:
    (folder / "model.gguf").write_bytes(samples()["v2.gguf"])
