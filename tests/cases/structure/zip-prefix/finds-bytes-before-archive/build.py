"""A line stands before the archive."""

from pathlib import Path

from tests.samples.zip import samples


def build(folder: Path) -> None:
    (folder / "model.zip").write_bytes(b"#!/bin/sh\nexit\n" + samples()["deflated.zip"])
