"""Brackets so deep that recursive parsers give up before the end."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.json").write_text('{"a": ' + "[" * 5000 + "]" * 5000 + "}")
