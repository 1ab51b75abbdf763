"""HDF5's basic encodings: addresses and lengths of the superblock's sizes, messages of object headers.

Source: HDF5 File Format Specification 3.0, sections II (superblock) and IV.A (object headers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.window import Window

MAGIC = b"\x89HDF\r\n\x1a\n"
MAX_BLOCK_BYTES = 16 << 20
MAX_MESSAGES = 100_000
CONTINUATION = 0x10


class Hdf5Error(Exception):
    """The bytes at `offset` contradict the format."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Message:
    """One header message; `offset` is where its data stands in the window."""

    type: int
    flags: int
    data: bytes
    offset: int

    @property
    def shared(self) -> bool:
        """Its data is elsewhere: a committed datatype, or the file's table of shared messages."""
        return bool(self.flags & 2)


@dataclass(slots=True)
class File:
    """An HDF5 file in a window: its sizes, and what was read of it so far (offset and length in the window)."""

    window: Window
    base: int = 0
    offset_size: int = 8
    length_size: int = 8
    end: int = 0
    root: int = 0
    extension: int | None = None
    seen: list[tuple[int, int]] = field(default_factory=list)
    heaps: dict[int, dict[int, bytes]] = field(default_factory=dict)  # global heap collections that were read

    def block(self, address: int, length: int) -> bytes:
        """`length` bytes at a file address, all of them."""
        if length > MAX_BLOCK_BYTES:
            raise Hdf5Error(f"a block of {length} bytes", self.base + address)
        data = self.window.read_at(self.base + address, length)
        if len(data) < length:
            raise Hdf5Error(f"a block of {length} bytes leaves the file", self.base + address)
        return data

    def note(self, address: int, length: int) -> tuple[int, int]:
        """Remember a region as read; its place in the window, clipped to it."""
        start = min(self.base + address, self.window.size)
        where = (start, min(max(length, 0), self.window.size - start))
        self.seen.append(where)
        return where

    def address(self, data: bytes, at: int) -> int | None:
        """An address; `None` when it is undefined (all ones)."""
        value = self.number(data, at, self.offset_size)
        return None if value == (1 << 8 * self.offset_size) - 1 else value

    def length(self, data: bytes, at: int) -> int:
        return self.number(data, at, self.length_size)

    def number(self, data: bytes, at: int, size: int) -> int:
        piece = data[at : at + size]
        if len(piece) < size or at < 0:
            raise Hdf5Error("a structure ends early", 0)
        return int.from_bytes(piece, "little")


def superblock(window: Window, at: int) -> File:
    """The file whose signature stands at `at`."""
    data = window.read_at(at, 128)
    if data[:8] != MAGIC or len(data) < 48:
        raise Hdf5Error("no superblock", at)
    file = File(window, at)
    version = data[8]
    if version > 3:
        raise Hdf5Error(f"superblock version {version}", at)
    file.offset_size, file.length_size = (data[13], data[14]) if version < 2 else (data[9], data[10])
    if file.offset_size not in (2, 4, 8) or file.length_size not in (2, 4, 8):
        raise Hdf5Error("addresses of an impossible size", at)
    cursor = {0: 24, 1: 28}.get(version, 12)
    size = file.offset_size
    fields = [file.address(data, cursor + number * size) for number in range(6 if version < 2 else 4)]
    # The base address is where the file says that it starts: after the user block. The library trusts the signature.
    root = fields[5] if version < 2 else fields[3]
    end = fields[2]
    if root is None or end is None:
        raise Hdf5Error("a superblock without a root group", at)
    base = fields[0] or 0
    file.end, file.root = (end - base if end >= base > 0 else end), root
    file.extension = fields[1] if version >= 2 else None
    file.note(0, cursor + (4 * size + 4 if version >= 2 else 6 * size + 24))
    return file


def messages(file: File, address: int) -> Iterator[Message]:
    """Every message of the object header at `address`, through its continuations."""
    head = file.block(address, 16)
    chunks: list[tuple[int, int]]
    new = head[:4] == b"OHDR"
    order = 0
    if new:
        flags = head[5]
        cursor = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = file.number(file.block(address, cursor + width), cursor, width)
        order = 2 if flags & 4 else 0
        chunks = [(address + cursor + width, size)]
        file.note(address, cursor + width + size + 4)
    elif head[0] == 1:
        size = file.number(head, 8, 4)
        chunks = [(address + 16, size)]
        file.note(address, 16 + size)
    else:
        raise Hdf5Error("no object header", file.base + address)
    done: set[int] = set()
    count = 0
    while chunks:
        start, length = chunks.pop(0)
        if start in done:
            raise Hdf5Error("object header blocks that form a circle", file.base + start)
        done.add(start)
        for message in _in_block(file, start, file.block(start, length), new, order):
            count += 1
            if count > MAX_MESSAGES:
                raise Hdf5Error(f"more than {MAX_MESSAGES} messages", file.base + start)
            if message.type == CONTINUATION and not message.shared:
                chunks.append(_continuation(file, message, new))
            yield message


def _continuation(file: File, message: Message, new: bool) -> tuple[int, int]:
    address = file.address(message.data, 0)
    length = file.length(message.data, file.offset_size)
    if address is None:
        raise Hdf5Error("a continuation without an address", message.offset)
    file.note(address, length)
    if not new:
        return address, length
    if file.block(address, 4) != b"OCHK" or length < 8:
        raise Hdf5Error("no continuation of an object header", file.base + address)
    return address + 4, length - 8


def _in_block(file: File, start: int, data: bytes, new: bool, order: int) -> Iterator[Message]:
    cursor, head = 0, 4 + order if new else 8
    while cursor + head <= len(data):
        file.window.budget.tick()
        if new:
            type_, size, flags = data[cursor], file.number(data, cursor + 1, 2), data[cursor + 3]
        else:
            type_, size, flags = file.number(data, cursor, 2), file.number(data, cursor + 2, 2), data[cursor + 4]
        cursor += head
        if cursor + size > len(data):
            raise Hdf5Error("a header message leaves its block", file.base + start + cursor)
        yield Message(type_, flags, data[cursor : cursor + size], file.base + start + cursor)
        cursor += size
