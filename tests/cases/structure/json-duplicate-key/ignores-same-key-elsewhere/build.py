"""The same key in two objects."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.json").write_text('{"encoder": {"size": 8}, "decoder": {"size": 9}}')
