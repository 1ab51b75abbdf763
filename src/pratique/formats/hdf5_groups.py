"""The links of an HDF5 group: symbol tables (B-tree v1, local heap), link messages, and dense storage.

Source: HDF5 File Format Specification 3.0, sections III.A, III.C, III.D and IV.A.2.g.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.formats.hdf5_bytes import MAX_BLOCK_BYTES, File, Hdf5Error, Message

MAX_NODES = 1_000_000
EXTERNAL_LINK = 64


@dataclass(frozen=True, slots=True)
class Link:
    """A name, and the object header that it leads to (`address`), or the file and object of an external link."""

    name: str
    address: int | None
    external: tuple[str, str] | None = None
    offset: int = 0


def symbol_table(file: File, message: Message) -> Iterator[Link]:
    """The links of an old group."""
    tree, heap = file.address(message.data, 0), file.address(message.data, file.offset_size)
    if tree is None or heap is None:
        return
    names = local_heap(file, heap)
    for leaf in tree_leaves(file, tree, 0, file.length_size):
        yield from _symbols(file, leaf[0], names)


def local_heap(file: File, address: int) -> bytes:
    head = file.block(address, 8 + 2 * file.length_size + file.offset_size)
    if head[:4] != b"HEAP":
        raise Hdf5Error("no local heap", file.base + address)
    size = file.length(head, 8)
    data = file.address(head, 8 + 2 * file.length_size)
    file.note(address, len(head))
    if data is None:
        return b""
    file.note(data, size)
    return file.block(data, size)


def tree_leaves(file: File, root: int, kind: int, key_size: int) -> Iterator[tuple[int, bytes]]:
    """Child addresses of a version 1 B-tree's lowest nodes, each with its key."""
    pending, done = [(root, -1)], set[int]()
    while pending:
        address, above = pending.pop()
        file.window.budget.tick()
        if address in done or len(done) > MAX_NODES:
            raise Hdf5Error("a B-tree that is none", file.base + address)
        done.add(address)
        head = file.block(address, 8 + 2 * file.offset_size)
        level, used = head[5], file.number(head, 6, 2)
        if head[:4] != b"TREE" or head[4] != kind or (above >= 0 and level != above - 1):
            raise Hdf5Error("no B-tree node", file.base + address)
        step = key_size + file.offset_size
        body = file.block(address + len(head), used * step + key_size)
        file.note(address, len(head) + len(body))
        for number in range(used):
            child = file.address(body, number * step + key_size)
            if child is None:
                raise Hdf5Error("a B-tree entry without a child", file.base + address)
            if level:
                pending.append((child, level))
            else:
                yield child, body[number * step : number * step + key_size]


def _symbols(file: File, address: int, names: bytes) -> Iterator[Link]:
    head = file.block(address, 8)
    if head[:4] != b"SNOD":
        raise Hdf5Error("no symbol table node", file.base + address)
    count, size = file.number(head, 6, 2), 2 * file.offset_size + 24
    body = file.block(address + 8, count * size)
    file.note(address, 8 + len(body))
    for number in range(count):
        at = number * size
        name = text(names, file.number(body, at, file.offset_size))
        cached = file.number(body, at + 2 * file.offset_size, 4)
        target = file.address(body, at + file.offset_size)
        yield Link(name, None if cached == 2 else target, None, file.base + address + 8 + at)


def text(data: bytes, start: int) -> str:
    """Text up to its NUL."""
    end = data.find(b"\0", start)
    return data[start : end if end >= 0 else len(data)].decode("utf-8", "replace")


def link(file: File, data: bytes, offset: int) -> Link:
    """A link message."""
    if len(data) < 4 or data[0] != 1:
        raise Hdf5Error("no link message", offset)
    flags, cursor, kind = data[1], 2, 0
    if flags & 8:
        kind, cursor = data[cursor], cursor + 1
    cursor += (8 if flags & 4 else 0) + (1 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = file.number(data, cursor, width)
    cursor += width
    name = data[cursor : cursor + size].decode("utf-8", "replace")
    cursor += size
    if kind == 0:
        return Link(name, file.address(data, cursor), None, offset)
    if kind == EXTERNAL_LINK:
        value = data[cursor + 3 : cursor + 2 + file.number(data, cursor, 2)]
        path, _, target = value.partition(b"\0")
        pair = (path.decode("utf-8", "replace"), text(target, 0))
        return Link(name, None, pair, offset)
    return Link(name, None, None, offset)


def dense(file: File, heap_address: int, tree_address: int) -> Iterator[tuple[bytes, int]]:
    """The messages that a fractal heap holds for its version 2 B-tree, each with its place in the window."""
    heap = _FractalHeap(file, heap_address)
    for record, kind in tree_records(file, tree_address):
        # Types 5 and 6 are links by name and by order, 8 and 9 attributes; the others point to no messages.
        start = {5: 4, 6: 8, 8: 0, 9: 0}.get(kind)
        if start is None:
            raise Hdf5Error(f"a B-tree of type {kind}", file.base + tree_address)
        yield heap.object(record[start : start + heap.id_size])


class _FractalHeap:
    """A fractal heap without filters: managed objects in direct blocks, huge objects by address, tiny ones in the id."""

    def __init__(self, file: File, address: int) -> None:
        o, n = file.offset_size, file.length_size
        head = file.block(address, 22 + 12 * n + 3 * o)
        if head[:4] != b"FRHP" or file.number(head, 7, 2):
            raise Hdf5Error("no fractal heap that is read (filters?)", file.base + address)
        self.file = file
        self.id_size = file.number(head, 5, 2)
        self.checked = bool(head[9] & 2)
        at = 10 + 4 + n + o + n + o + 8 * n
        self.width = file.number(head, at, 2)
        self.first = file.length(head, at + 2)
        self.largest = file.length(head, at + 2 + n)
        bits = file.number(head, at + 2 + 2 * n, 2)
        self.offset_bytes = (bits + 7) // 8
        root = file.address(head, at + 6 + 2 * n)
        rows = file.number(head, at + 6 + 2 * n + o, 2)
        largest_managed = min(self.largest, file.number(head, 10, 4))
        self.length_bytes = (max(largest_managed, 1).bit_length() + 7) // 8
        file.note(address, at + 8 + 2 * n + o + 4)
        if not self.width or not self.first or self.width > 1024 or not 1 <= self.offset_bytes <= 8:
            raise Hdf5Error("an impossible fractal heap", file.base + address)
        self.blocks: list[tuple[int, int, int]] = []  # heap offset, size, address
        if root is not None:
            self._block(root, rows, 0)

    def _block(self, root: int, root_rows: int, heap_offset: int) -> None:
        pending = [(root, root_rows, heap_offset, self.first)]
        file, done = self.file, set[int]()
        while pending:
            address, rows, start, size = pending.pop()
            file.window.budget.tick()
            if address in done or len(done) > MAX_NODES:
                raise Hdf5Error("fractal heap blocks that form a circle", file.base + address)
            done.add(address)
            if not rows:
                self.blocks.append((start, size, address))
                file.note(address, size)
                continue
            head = 5 + file.offset_size + self.offset_bytes
            body = file.block(address, head + rows * self.width * file.offset_size)
            if body[:4] != b"FHIB":
                raise Hdf5Error("no indirect block of a fractal heap", file.base + address)
            file.note(address, len(body) + 4)
            at = start
            for number in range(rows * self.width):
                block = self._row_size(number // self.width)
                child = file.address(body, head + number * file.offset_size)
                if child is not None:
                    pending.append((child, 0 if block <= self.largest else self._rows(block), at, block))
                at += block

    def _row_size(self, row: int) -> int:
        if row > 64:
            raise Hdf5Error("a fractal heap of too many rows", self.file.base)
        return self.first << max(row - 1, 0)

    def _rows(self, size: int) -> int:
        return max(size.bit_length() - (self.first * self.width).bit_length() + 1, 1)

    def object(self, id_: bytes) -> tuple[bytes, int]:
        file = self.file
        kind = id_[0] >> 4 & 3 if id_ else 3
        if kind == 2:
            return id_[1:], file.base
        if kind == 1:
            address, length = file.address(id_, 1), file.length(id_, 1 + file.offset_size)
            if address is None or len(id_) < 1 + file.offset_size + file.length_size or length > MAX_BLOCK_BYTES:
                raise Hdf5Error("a huge object that is not read", file.base)
            file.note(address, length)
            return file.block(address, length), file.base + address
        at = file.number(id_, 1, self.offset_bytes)
        length = file.number(id_, 1 + self.offset_bytes, self.length_bytes)
        for start, size, address in self.blocks:
            if start <= at and at + length <= start + size:
                return file.block(address + at - start, length), file.base + address + at - start
        raise Hdf5Error("an object outside its fractal heap", file.base)


def tree_records(file: File, address: int) -> Iterator[tuple[bytes, int]]:
    """The records of a version 2 B-tree."""
    o = file.offset_size
    head = file.block(address, 22 + o + file.length_size)
    if head[:4] != b"BTHD":
        raise Hdf5Error("no version 2 B-tree", file.base + address)
    kind, node_size, size = head[5], file.number(head, 6, 4), file.number(head, 10, 2)
    depth, root, used = file.number(head, 12, 2), file.address(head, 16), file.number(head, 16 + o, 2)
    file.note(address, 16 + o + 2 + file.length_size + 4)
    if root is None:
        return
    if not size or depth > 16 or not 32 <= node_size <= MAX_BLOCK_BYTES:
        raise Hdf5Error("an impossible B-tree", file.base + address)
    widths = _pointer_widths(node_size, size, depth, o)
    pending, done = [(root, used, depth)], set[int]()
    while pending:
        at, count, level = pending.pop()
        if at in done or len(done) > MAX_NODES:
            raise Hdf5Error("B-tree nodes that form a circle", file.base + at)
        done.add(at)
        node = file.block(at, node_size)
        file.note(at, node_size)
        if node[:4] != (b"BTIN" if level else b"BTLF") or 6 + count * size > node_size:
            raise Hdf5Error("no node of a B-tree", file.base + at)
        yield from ((node[6 + i * size : 6 + (i + 1) * size], kind) for i in range(count))
        if level:
            number_size, total_size = widths[level]
            for i in range(count + 1):
                start = 6 + count * size + i * (o + number_size + total_size)
                child = file.address(node, start)
                if child is not None:
                    pending.append((child, file.number(node, start + o, number_size), level - 1))


def _pointer_widths(node_size: int, record: int, depth: int, o: int) -> list[tuple[int, int]]:
    """For each level, the bytes of a child's record count, and of the total below it (III.A.2, internal nodes)."""
    leaf = (node_size - 10) // record
    number_size = (max(leaf, 1).bit_length() + 7) // 8
    widths, most = [(0, 0)], leaf
    for level in range(1, depth + 1):
        total_size = 0 if level == 1 else (most.bit_length() + 7) // 8
        widths.append((number_size, total_size))
        pointer = o + number_size + total_size
        fit = max((node_size - 10 - pointer) // (record + pointer), 0)
        most = (fit + 1) * most + fit
    return widths
