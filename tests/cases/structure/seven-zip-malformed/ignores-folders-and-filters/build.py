"""A folder, two members, a filter and a packed header."""

from pathlib import Path

from pratique.drill.seven_zip_writer import Item, seven_zip


def build(folder: Path) -> None:
    items = [Item("a"), Item("a/notes.txt", b"notes\n"), Item("notes.txt", b"notes\n")]
    (folder / "data.7z").write_bytes(seven_zip(items, filter_="x86", header_method="lzma2"))
