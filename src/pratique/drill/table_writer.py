"""Small Arrow streams and Parquet files for drills."""

from __future__ import annotations

import base64
import struct

from pratique.drill.flatbuffer_writer import Fields, buffer

SCHEMA = 1


def arrow_schema(column: str, extension: str | None = None, metadata: bytes = b"") -> bytes:
    """A Message with a schema of one column, of an extension type when one is named."""
    pairs = []
    if extension is not None:
        pairs.append(Fields({0: "ARROW:extension:name", 1: extension}))
        pairs.append(Fields({0: "ARROW:extension:metadata", 1: metadata}))
    entry = Fields({0: column, 2: 2, 3: Fields({0: 64}), 6: pairs})
    message = buffer(Fields({0: 4, 1: SCHEMA, 2: Fields({1: [entry]})}), bytes(4))
    return message + bytes(-len(message) % 8)


def arrow_stream(schema: bytes) -> bytes:
    """An IPC stream without batches."""
    return b"\xff\xff\xff\xff" + struct.pack("<I", len(schema)) + schema + b"\xff\xff\xff\xff" + bytes(4)


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def _integer(value: int) -> bytes:
    return _varint(value << 1)


def _text(value: bytes) -> bytes:
    return _varint(len(value)) + value


def parquet(schema: bytes | None = None, encrypted: bool = False) -> bytes:
    """One column `a` with one chunk of 16 bytes, and the Arrow schema of its writer when there is one."""
    root = b"\x48" + _text(b"schema") + b"\x15" + _integer(1) + b"\0"  # name, num_children
    leaf = b"\x15" + _integer(2) + b"\x38" + _text(b"a") + b"\0"  # type, name
    column = b"\x76" + _integer(16) + b"\x26" + _integer(4) + b"\0"  # total_compressed_size, data_page_offset
    chunk = b"\x26" + _integer(4) + b"\x1c" + column + b"\0"
    group = b"\x19\x1c" + chunk + b"\x36" + _integer(4) + b"\0"
    footer = b"\x15" + _integer(2) + b"\x19\x2c" + root + leaf + b"\x16" + _integer(4) + b"\x19\x1c" + group
    if schema is not None:
        wrapped = b"\xff\xff\xff\xff" + struct.pack("<I", len(schema)) + schema
        footer += b"\x19\x1c\x18" + _text(b"ARROW:schema") + b"\x18" + _text(base64.b64encode(wrapped)) + b"\0"
    footer += b"\0"
    magic = b"PARE" if encrypted else b"PAR1"
    return magic + bytes(range(16)) + footer + struct.pack("<I", len(footer)) + magic
