"""A long JSON document that breaks off."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.json").write_text('{"layers": [' + "1, " * 5000)
