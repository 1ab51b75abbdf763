"""7z with each coder, with filters, with a packed header, with folders and an inner link, and without members."""

from __future__ import annotations

import zlib

from pratique.drill.seven_zip_writer import SYMBOLIC_LINK, Item, seven_zip

PICKLE = b"\x80\x02]q\x00(K\x01K\x02e."
ITEMS = [Item("d"), Item("d/a.pkl", PICKLE), Item("d/note.txt", b"a note of some words\n" * 9)]
POINTER = bytes(20)  # offset, size and CRC of the next header: there is none


def samples() -> dict[str, bytes]:
    found = {f"{method}.7z": seven_zip(ITEMS, method) for method in ("copy", "lzma2", "deflate", "bzip2", "zstd")}
    found["x86.7z"] = seven_zip(ITEMS, filter_="x86")
    found["delta.7z"] = seven_zip(ITEMS, filter_="delta", header_method="lzma2")
    found["link.7z"] = seven_zip([*ITEMS, Item("d/link", b"a.pkl", SYMBOLIC_LINK)])
    found["empty.7z"] = b"7z\xbc\xaf\x27\x1c\0\4" + zlib.crc32(POINTER).to_bytes(4, "little") + POINTER
    return found
