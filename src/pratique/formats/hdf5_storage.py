"""Where the elements of an HDF5 dataset are stored: layout messages, and the indexes of chunks.

Source: HDF5 File Format Specification 3.0, sections IV.A.2.i (layout), III.A.1 (B-tree, node type 1), VII.C (fixed array).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from pratique.formats.hdf5_bytes import File, Hdf5Error, Message
from pratique.formats.hdf5_chunk_index import extensible_array, tree_chunks
from pratique.formats.hdf5_groups import tree_leaves

COMPACT, CONTIGUOUS, CHUNKED, VIRTUAL = range(4)
SINGLE, IMPLICIT, FIXED, EXTENSIBLE, TREE = range(1, 6)
MAX_CHUNKS = 10_000_000


def layout_class(message: Message) -> int:
    """COMPACT, CONTIGUOUS, CHUNKED or VIRTUAL."""
    data = message.data
    at = 2 if data[:1] in (b"\1", b"\2") else 1
    if len(data) <= at or data[at] > VIRTUAL:
        raise Hdf5Error("a layout of no known class", message.offset)
    return data[at]


def regions(file: File, message: Message, shape: tuple[int, ...], element_bytes: int) -> Iterator[tuple[int, int]]:
    """Address and length of each stored block of a contiguous or chunked dataset."""
    data, version, kind = message.data, message.data[0], layout_class(message)
    if kind == CONTIGUOUS:
        address = file.address(data, 8 if version < 3 else 2)
        if address is not None:
            yield address, prod(shape) * element_bytes if version < 3 else file.length(data, 2 + file.offset_size)
    elif kind == CHUNKED and version < 4:
        rank, at = (data[1], 8) if version < 3 else (data[2], 3)
        root = file.address(data, at)
        if root is not None:
            for child, key in tree_leaves(file, root, 1, 8 + 8 * rank):
                yield child, file.number(key, 0, 4)
    elif kind == CHUNKED:
        yield from _indexed(file, message, shape)


def _indexed(file: File, message: Message, shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Chunks of a version 4 layout."""
    data = message.data
    flags, rank, width = file.number(data, 2, 1), file.number(data, 3, 1), file.number(data, 4, 1)
    sizes = [file.number(data, 5 + number * width, width) for number in range(rank)]
    at = 5 + rank * width
    index, at = file.number(data, at, 1), at + 1
    chunk_bytes = prod(sizes)
    if index == SINGLE:
        if flags & 2:
            chunk_bytes = file.length(data, at)
            at += file.length_size + 4
        address = file.address(data, at)
        if address is not None:
            yield address, chunk_bytes
    elif index == IMPLICIT:
        address = file.address(data, at)
        if address is not None:
            yield address, chunk_bytes * prod(-(-n // max(size, 1)) for n, size in zip(shape, sizes, strict=False))
    elif index == FIXED:
        address = file.address(data, at + 1)
        if address is not None:
            yield from _fixed_array(file, address, chunk_bytes)
    elif index == EXTENSIBLE:
        address = file.address(data, at + 5)
        if address is not None:
            yield from extensible_array(file, address, chunk_bytes)
    elif index == TREE:
        address = file.address(data, at + 6)
        if address is not None:
            yield from tree_chunks(file, address, rank - 1, chunk_bytes)
    else:
        raise Hdf5Error(f"unsupported: a chunk index of type {index}", message.offset)


def _fixed_array(file: File, address: int, chunk_bytes: int) -> Iterator[tuple[int, int]]:
    o = file.offset_size
    head = file.block(address, 8 + file.length_size + o + 4)
    if head[:4] != b"FAHD":
        raise Hdf5Error("no fixed array", file.base + address)
    file.note(address, len(head))
    entry, bits, count = head[6], head[7], file.length(head, 8)
    block = file.address(head, 8 + file.length_size)
    if block is None:
        return
    if count > MAX_CHUNKS or entry < o or bits > 32 or count * entry > file.window.size:
        raise Hdf5Error("an impossible fixed array", file.base + address)
    page = 1 << bits
    cursor = block + 6 + o
    if count > page:
        cursor += (-(-count // page) + 7) // 8 + 4
    file.note(block, cursor - block + (4 if count <= page else 0))
    for start in range(0, count, page):
        used = min(page, count - start)
        data = file.block(cursor, used * entry)
        file.note(cursor, used * entry + 4)
        cursor += used * entry + 4
        for number in range(used):
            file.window.budget.tick()
            child = file.address(data, number * entry)
            if child is not None:
                filtered = entry > o
                size = file.number(data, number * entry + o, entry - o - 4) if filtered else chunk_bytes
                yield child, size
