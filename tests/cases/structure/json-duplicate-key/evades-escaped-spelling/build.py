"""The second key is spelled with an escape."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.json").write_text('{"hidden_size": 8, "hidden\\u005fsize": 9}')
