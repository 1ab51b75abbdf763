"""A 7z member above the folder, behind a packed header."""

from pathlib import Path

from pratique.drill.seven_zip_writer import Item, seven_zip


def build(folder: Path) -> None:
    items = [Item("../model.txt", b"notes\n")]
    (folder / "data.7z").write_bytes(seven_zip(items, header_method="lzma2"))
