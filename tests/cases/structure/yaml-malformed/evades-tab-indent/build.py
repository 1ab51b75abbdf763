"""A tab, which YAML forbids, after content that parses."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "config.yaml").write_text("model:\n  name: bert\n\tlayers: 2\n")
