"""Zeros up to a boundary."""

from pathlib import Path

from tests.samples.safetensors import samples


def build(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(samples()["padded.safetensors"])
