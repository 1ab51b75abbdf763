"""Two values for one key: parsers take the first, or the last, or refuse."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.json").write_text('{"auto_map": {}, "hidden_size": 8, "hidden_size": 9}')
