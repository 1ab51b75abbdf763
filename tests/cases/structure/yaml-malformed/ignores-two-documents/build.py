"""Two documents in one file."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.yaml").write_text("a: 1\n---\nb: 2\n")
