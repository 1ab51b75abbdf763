"""Two members of one name: one with a slash, one with a backslash, under a packed header."""

from pathlib import Path

from pratique.drill.seven_zip_writer import Item, seven_zip


def build(folder: Path) -> None:
    items = [Item("a/notes.txt", b"notes\n"), Item("a\\notes.txt", b"other\n")]
    (folder / "data.7z").write_bytes(seven_zip(items, header_method="lzma2"))
