"""The first key claims more bytes than the file has."""

from pathlib import Path

from tests.samples.gguf import samples


def build(folder: Path) -> None:
    data = bytearray(samples()["little.gguf"])
    data[24:32] = (1 << 40).to_bytes(8, "little")
    (folder / "model.gguf").write_bytes(data)
