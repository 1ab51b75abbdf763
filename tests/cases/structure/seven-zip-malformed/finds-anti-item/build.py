"""An item that deletes a file when it is unpacked."""

from pathlib import Path

from pratique.drill.seven_zip_writer import Item, seven_zip


def build(folder: Path) -> None:
    (folder / "data.7z").write_bytes(seven_zip([Item("notes.txt", b"notes\n"), Item("config.json", anti=True)]))
