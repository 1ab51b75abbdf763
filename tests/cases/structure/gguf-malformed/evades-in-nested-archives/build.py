"""The malformed file in a zip in a tar in gzip."""

from pathlib import Path

from tests.disguise import archived
from tests.samples.gguf import samples


def plain(folder: Path) -> None:
    data = bytearray(samples()["little.gguf"])
    data[24:32] = (1 << 40).to_bytes(8, "little")
    (folder / "model.gguf").write_bytes(data)


build = archived(plain)
