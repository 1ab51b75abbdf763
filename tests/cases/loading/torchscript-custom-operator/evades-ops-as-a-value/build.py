"""An operator reached through another name for ops."""

from pathlib import Path

from pratique.drill.torchscript_writer import archive, source


def build(folder: Path) -> None:
    (folder / "model.pt").write_bytes(archive(source(forward="t = ops\n    return t.drill.run(x)")))
