"""A schema as skops writes it."""

from pathlib import Path

from tests.samples.skops import samples


def build(folder: Path) -> None:
    (folder / "schema.json").write_bytes(samples()["schema.json"])
