"""A member whose CRC is not the one in the header."""

from pathlib import Path

from pratique.drill.seven_zip_writer import Item, seven_zip


def build(folder: Path) -> None:
    (folder / "data.7z").write_bytes(seven_zip([Item("notes.txt", b"notes\n")], wrong_crc=True))
