"""Source larger than is parsed, with the call at its end."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "setup.py").write_text("# filler\n" * 1_200_000 + "import os\n")
