"""A long module of ordinary size."""

from pathlib import Path


def build(folder: Path) -> None:
    (folder / "names.py").write_text("".join(f"A{n} = {n}\n" for n in range(5000)))
