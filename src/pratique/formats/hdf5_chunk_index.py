"""Chunk indexes that HDF5 1.10 and later write for datasets that can grow: extensible arrays and version 2 B-trees.

Source: HDF5 File Format Specification 3.0, sections VII.D (extensible array) and III.A.2 (B-tree records of types 10 and 11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.hdf5_bytes import File, Hdf5Error
from pratique.formats.hdf5_groups import tree_records

PLAIN, FILTERED = 10, 11  # types of B-tree records
HEAD_BYTES = 6  # signature, version, client


@dataclass(frozen=True, slots=True)
class _Array:
    """The header of an extensible array."""

    file: File
    address: int
    filtered: bool
    entry: int  # bytes of an element
    bits: int  # of the number of elements it can have
    inline: int  # elements in the index block
    smallest: int  # elements of the smallest data block
    pointers: int  # data blocks of the smallest super block
    page_bits: int
    chunk_bytes: int
    done: set[int] = field(default_factory=set)

    def once(self, address: int) -> None:
        """Blocks that share a block would cost the product of their sizes."""
        if address in self.done:
            raise Hdf5Error("an extensible array that holds a block twice", self.file.base + address)
        self.done.add(address)

    def chunks(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Address and stored size of each allocated chunk among elements."""
        file = self.file
        for at in range(0, len(data) - self.entry + 1, self.entry):
            file.window.budget.tick()
            child = file.address(data, at)
            if child is not None:
                size = (
                    file.number(data, at + file.offset_size, self.entry - file.offset_size - 4) if self.filtered else 0
                )
                yield child, size if self.filtered else self.chunk_bytes

    def data_block(self, address: int, elements: int) -> Iterator[tuple[int, int]]:
        """A data block; of many elements, it comes in pages, each with a checksum of its own."""
        self.once(address)
        file = self.file
        head = HEAD_BYTES + file.offset_size + (self.bits + 7) // 8
        page = 1 << self.page_bits
        size = elements * self.entry
        if size > file.window.size:
            raise Hdf5Error("a data block larger than the file", file.base + address)
        if file.block(address, 4) != b"EADB":
            raise Hdf5Error("no data block of an extensible array", file.base + address)
        if elements <= page:
            yield from self.chunks(file.block(address + head, size))
            file.note(address, head + size + 4)
            return
        at = address + head + 4
        for _ in range(elements // page):
            yield from self.chunks(file.block(at, page * self.entry))
            at += page * self.entry + 4
        file.note(address, at - address)

    def super_block(self, address: int, number: int) -> Iterator[tuple[int, int]]:
        self.once(address)
        file = self.file
        blocks, elements = _shape(number, self.smallest)
        at = HEAD_BYTES + file.offset_size + (self.bits + 7) // 8
        pages = elements >> self.page_bits
        if pages > 1:
            at += blocks * ((pages + 7) // 8)
        size = at + blocks * file.offset_size
        if size > file.window.size:
            raise Hdf5Error("a super block larger than the file", file.base + address)
        data = file.block(address, size)
        if data[:4] != b"EASB":
            raise Hdf5Error("no super block of an extensible array", file.base + address)
        file.note(address, size + 4)
        for index in range(blocks):
            child = file.address(data, at + index * file.offset_size)
            if child is not None:
                yield from self.data_block(child, elements)


def _shape(number: int, smallest: int) -> tuple[int, int]:
    """How many data blocks super block `number` has, and how many elements each of them."""
    return 1 << number // 2, smallest << (number + 1) // 2


def extensible_array(file: File, address: int, chunk_bytes: int) -> Iterator[tuple[int, int]]:
    """Address and stored size of each chunk."""
    o, n = file.offset_size, file.length_size
    head = file.block(address, 12 + 6 * n + o + 4)
    if head[:4] != b"EAHD":
        raise Hdf5Error("no extensible array", file.base + address)
    file.note(address, len(head))
    entry, bits, inline, smallest, pointers, page_bits = head[6:12]
    array = _Array(file, address, head[5] == 1, entry, bits, inline, smallest, pointers, page_bits, chunk_bytes)
    index = file.address(head, 12 + 6 * n)
    sound = array.entry >= o + (5 if array.filtered else 0) and array.bits <= 64 and array.page_bits <= 32
    if not sound or not array.smallest or not array.pointers:
        raise Hdf5Error("an impossible extensible array", file.base + address)
    if index is not None:
        yield from _index_block(array, index)


def _index_block(array: _Array, address: int) -> Iterator[tuple[int, int]]:
    file, o = array.file, array.file.offset_size
    direct = 2 * (array.pointers - 1)
    in_index = 2 * (array.pointers.bit_length() - 1)  # super blocks whose data blocks stand here
    supers = max(1 + array.bits - (array.smallest.bit_length() - 1) - in_index, 0)
    first = HEAD_BYTES + o + array.inline * array.entry
    size = first + (direct + supers) * o
    data = file.block(address, size)
    if data[:4] != b"EAIB":
        raise Hdf5Error("no index block of an extensible array", file.base + address)
    file.note(address, size + 4)
    yield from array.chunks(data[HEAD_BYTES + o : first])
    place = 0
    for number in range(in_index):
        blocks, elements = _shape(number, array.smallest)
        for _ in range(blocks):
            child = file.address(data, first + place * o) if place < direct else None
            place += 1
            if child is not None:
                yield from array.data_block(child, elements)
    for number in range(supers):
        child = file.address(data, first + (direct + number) * o)
        if child is not None:
            yield from array.super_block(child, in_index + number)


def tree_chunks(file: File, address: int, rank: int, chunk_bytes: int) -> Iterator[tuple[int, int]]:
    """The chunks of a version 2 B-tree over `rank` dimensions."""
    o = file.offset_size
    for record, kind in tree_records(file, address):
        child = file.address(record, 0)
        if kind not in (PLAIN, FILTERED):
            raise Hdf5Error(f"a B-tree of type {kind}", file.base + address)
        if child is not None:
            width = len(record) - o - 4 - 8 * rank
            yield child, file.number(record, o, width) if kind == FILTERED else chunk_bytes
