"""A program for the same runtime, of portable operators alone."""

from pathlib import Path

from tests.samples.executorch import samples


def build(folder: Path) -> None:
    (folder / "model.pte").write_bytes(samples()["model.pte"])
