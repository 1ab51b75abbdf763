"""A shared library beside a model."""

from pathlib import Path

from tests.samples.native import samples


def build(folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    (folder / "libmodel.so").write_bytes(samples()["lib.so"])
