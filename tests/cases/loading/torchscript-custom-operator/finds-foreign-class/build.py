"""A native class of a library that nobody knows."""

from pathlib import Path

from pratique.drill.torchscript_writer import archive, source

DATA = b"\x80\x02c__torch__.torch.classes.drill\nRunner\nq\0)\x81K\x01b."


def build(folder: Path) -> None:
    (folder / "model.pt").write_bytes(archive(source(), data=DATA))
