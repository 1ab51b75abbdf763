"""aten::save through getattr with a constant."""

from pathlib import Path

from pratique.drill.torchscript_writer import archive, source


def build(folder: Path) -> None:
    (folder / "model.pt").write_bytes(archive(source('getattr(torch, "save")(1, "/tmp/pratique-drill")')))
