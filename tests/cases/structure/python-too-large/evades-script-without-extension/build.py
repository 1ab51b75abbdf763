"""The same as a script without an extension."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "install").write_text("#!/usr/bin/env python3\n" + "# filler\n" * 1_200_000)
