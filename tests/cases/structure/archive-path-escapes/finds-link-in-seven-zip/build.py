"""A link out of the folder, in a 7z archive."""

from pathlib import Path

from pratique.drill.seven_zip_writer import SYMBOLIC_LINK, Item, seven_zip


def build(folder: Path) -> None:
    items = [Item("a/notes", b"../../secrets", SYMBOLIC_LINK)]
    (folder / "data.7z").write_bytes(seven_zip(items))
