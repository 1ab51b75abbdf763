"""JSON lines are one document each."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "rows.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
