"""Writes small HDF5 files for attacks and tests: a root group with text attributes, and at most one dataset `w` in it.

Source: HDF5 File Format Specification 3.0 (superblock version 0, object headers of version 1, symbol tables).
"""

from __future__ import annotations

import struct

UNDEFINED = (1 << 64) - 1
DATASPACE, DATATYPE, EXTERNAL, LAYOUT, ATTRIBUTE, SYMBOL_TABLE = 0x01, 0x03, 0x07, 0x08, 0x0C, 0x11
FLOAT32 = struct.pack("<BBBBIHHBBBBI", 0x11, 0x20, 0x1F, 0, 4, 0, 32, 23, 8, 0, 23, 127)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def message(kind: int, data: bytes) -> bytes:
    body = padded(data)
    return struct.pack("<HHB3x", kind, len(body), 0) + body


def header(*messages: bytes) -> bytes:
    body = b"".join(messages)
    return struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body


def text_attribute(name: str, value: bytes) -> bytes:
    """A scalar, fixed-length string."""
    label = name.encode() + b"\0"
    type_ = struct.pack("<BBBBI", 0x13, 0, 0, 0, len(value))
    space = struct.pack("<BBBB4x", 1, 0, 0, 0)
    data = struct.pack("<BxHHH", 1, len(label), len(type_), len(space))
    return message(ATTRIBUTE, data + padded(label) + padded(type_) + padded(space) + value)


def local_heap(address: int, content: bytes) -> bytes:
    """With its data behind it; nothing in it is free (1 is the specification's "no free block")."""
    return b"HEAP" + struct.pack("<B3xQQQ", 0, len(content), 1, address + 32) + content


def hdf5(attributes: dict[str, bytes], values: tuple[float, ...] = (), external: str | None = None) -> bytes:
    """A file with these attributes of the root group, and a dataset `w` with `values`, here or in the file `external`."""
    tree, snod, heap = 96, 96 + 24 + 33 * 16, 96 + 24 + 33 * 16 + 8 + 8 * 40
    root = heap + 32 + 16
    root_header = header(
        message(SYMBOL_TABLE, struct.pack("<QQ", tree, heap)),
        *(text_attribute(name, value) for name, value in attributes.items()),
    )
    dataset = root + len(root_header)
    body = _dataset(dataset, values, external) if values else b""
    used = 1 if values else 0
    entry = struct.pack("<QQII16x", 8, dataset, 0, 0) if values else b""
    nodes = b"TREE" + struct.pack("<BBHQQ", 0, 0, used, UNDEFINED, UNDEFINED)
    nodes = (nodes + struct.pack("<QQQ", 0, snod, 8)[: 8 + 16 * used]).ljust(24 + 33 * 16, b"\0")
    symbols = (b"SNOD" + struct.pack("<BxH", 1, used) + entry).ljust(8 + 8 * 40, b"\0")
    end = dataset + len(body)
    super_ = b"\x89HDF\r\n\x1a\n" + struct.pack("<5xBBxHHI", 8, 8, 4, 16, 0)
    super_ += struct.pack("<QQQQ", 0, UNDEFINED, end, UNDEFINED)
    super_ += struct.pack("<QQII", 0, root, 1, 0) + struct.pack("<QQ", tree, heap)
    return super_ + nodes + symbols + local_heap(heap, bytes(8) + b"w".ljust(8, b"\0")) + root_header + body


def _dataset(address: int, values: tuple[float, ...], external: str | None) -> bytes:
    """An object header, then what it points to: its data, or the local heap with the other file's name."""
    size = 4 * len(values)
    space = message(DATASPACE, struct.pack("<BBBB4xQ", 1, 1, 0, 0, len(values)))
    type_ = message(DATATYPE, FLOAT32)
    behind = address + 16 + len(space) + len(type_) + 8 + 24
    if external is None:
        layout = message(LAYOUT, struct.pack("<BBQQ", 3, 1, behind, size))
        return header(space, type_, layout) + struct.pack(f"<{len(values)}f", *values)
    layout = message(LAYOUT, struct.pack("<BBQQ", 3, 1, UNDEFINED, size))
    behind += 8 + 40
    other = message(EXTERNAL, struct.pack("<B3xHHQQQQ", 1, 1, 1, behind, 8, 0, size))
    return header(space, type_, layout, other) + local_heap(behind, bytes(8) + padded(external.encode() + b"\0"))
