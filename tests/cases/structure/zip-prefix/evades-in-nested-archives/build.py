"""The archive in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived
from tests.samples.zip import samples


def plain(folder: Path) -> None:
    (folder / "model.zip").write_bytes(b"#!/bin/sh\nexit\n" + samples()["deflated.zip"])


build = archived(plain)
