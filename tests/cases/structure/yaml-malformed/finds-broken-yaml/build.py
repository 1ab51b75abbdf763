"""A list that is not closed."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.yaml").write_text("model: bert\nlayers: [1, 2\nname: x\n")
