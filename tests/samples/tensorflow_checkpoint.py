"""Small valid checkpoint indexes: one data block, an empty meta-index, an index block, a footer."""

from __future__ import annotations

import struct

from pratique.drill.protobuf_writer import message, number, text, varint


def _block(*entries: tuple[bytes, bytes]) -> bytes:
    data = b"".join(varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in entries)
    return data + struct.pack("<II", 0, 1)


def samples() -> dict[str, bytes]:
    header = number(1, 1) + message(3, number(1, 1))
    entry = number(1, 1) + text(2, message(2, number(1, 4))) + number(5, 16) + b"\x35" + bytes(4)
    data = _block((b"", header), (b"weights", entry))
    meta = _block()
    handle = varint(0) + varint(len(data))
    index = _block((b"x", handle))
    trailer = bytes(5)
    meta_at, index_at = len(data) + 5, len(data) + 5 + len(meta) + 5
    handles = varint(meta_at) + varint(len(meta)) + varint(index_at) + varint(len(index))
    footer = handles.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    return {"variables.index": data + trailer + meta + trailer + index + trailer + footer}
