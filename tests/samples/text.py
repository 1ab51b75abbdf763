"""Text in its encodings."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    return {
        "note.txt": b"A note.\nWith two lines.\n",
        "utf8.md": "# Café\n\n¡Hola!\n".encode(),
        "bom.txt": "hello\n".encode("utf-8-sig"),
        "utf16.txt": "hello\n".encode("utf-16"),
        "vocab.vocab": b"the 100\nof 90\nand 80\n",
    }
