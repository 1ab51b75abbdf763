"""The header of a 7z archive: packed streams, folders of coders, substreams and file records.

Source: 7zFormat.txt and Methods.txt of the LZMA SDK. Property numbers and the order of the records are theirs.
Every count is compared with what the header's own bytes can hold before anything of that size is made.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_FILES = 200_000
MAX_CODERS = 32  # 7-Zip's own limit of coders in a folder
END, HEADER, ARCHIVE_PROPERTIES, ADDITIONAL_STREAMS, MAIN_STREAMS, FILES, PACK_INFO, UNPACK_INFO = range(8)
SUBSTREAMS, SIZE, CRC, FOLDER, UNPACK_SIZES, STREAM_COUNTS, EMPTY_STREAM, EMPTY_FILE, ANTI, NAMES = range(8, 18)
CREATED, ACCESSED, MODIFIED, ATTRIBUTES, COMMENT, ENCODED_HEADER, START_POSITION, DUMMY = range(18, 26)
TIMES = (CREATED, ACCESSED, MODIFIED, START_POSITION)


class HeaderError(ValueError):
    """The header contradicts the format; its reader turns it into `Broken`."""


@dataclass(frozen=True, slots=True)
class Coder:
    method: bytes
    inputs: int
    outputs: int
    properties: bytes


@dataclass(slots=True)
class Folder:
    """One block: coders joined by bind pairs (input, output), over its packed streams."""

    coders: list[Coder]
    binds: list[tuple[int, int]]
    packed: list[int]  # the inputs that take a packed stream
    unpack_sizes: list[int] = field(default_factory=list)  # by output, in bytes
    crc: int | None = None
    substreams: list[tuple[int, int | None]] = field(default_factory=list)  # size in bytes and CRC

    @property
    def size(self) -> int:
        """Bytes of the output that no bind pair takes: the folder's content."""
        bound = {output for _, output in self.binds}
        return next((size for i, size in enumerate(self.unpack_sizes) if i not in bound), 0)


@dataclass(slots=True)
class Streams:
    pack_position: int = 0
    pack_sizes: list[int] = field(default_factory=list)
    pack_crcs: list[int | None] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)


@dataclass(slots=True)
class File:
    name: str = ""
    has_stream: bool = True
    is_folder: bool = False
    is_anti: bool = False
    attributes: int = 0


@dataclass(slots=True)
class Header:
    streams: Streams = field(default_factory=Streams)
    files: list[File] = field(default_factory=list)
    extra: list[tuple[int, int, int]] = field(default_factory=list)  # property, offset, length of what nobody reads


class Bytes:
    """A cursor over header bytes; reading past the end is a `HeaderError`."""

    def __init__(self, data: bytes, end: int | None = None, at: int = 0) -> None:
        self.data, self.at, self.end = data, at, len(data) if end is None else end

    @property
    def left(self) -> int:
        return self.end - self.at

    def take(self, count: int) -> bytes:
        if count < 0 or count > self.left:
            raise HeaderError("the header ends inside a record")
        self.at += count
        return self.data[self.at - count : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """7zFormat.txt, "UINT64": the leading ones of the first byte count the bytes that follow."""
        first, value, mask = self.byte(), 0, 0x80
        for position in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << 8 * position
            value |= self.byte() << 8 * position
            mask >>= 1
        return value

    def count(self, each: int = 1) -> int:
        """A number of records of at least `each` bytes (0: at most `MAX_FILES` of them)."""
        value = self.number()
        if value > (self.left // each if each else MAX_FILES):
            raise HeaderError(f"{value} records do not fit the header")
        return value

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[i >> 3] & 0x80 >> (i & 7)) for i in range(count)]

    def defined(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        defined = self.defined(count)
        found: Iterator[int] = iter(struct.unpack(f"<{sum(defined)}I", self.take(4 * sum(defined))))
        return [next(found) if known else None for known in defined]

    def expect(self, property_: int) -> None:
        found = self.number()
        if found != property_:
            raise HeaderError(f"property {found:#x} stands where {property_:#x} is due")


def read_header(data: bytes) -> Header:
    """The whole of a plain header (property 1 first). Raises `HeaderError`."""
    source = Bytes(data)
    source.expect(HEADER)
    header = Header()
    for _ in range(8):
        property_ = source.number()
        if property_ == END:
            if source.left:
                header.extra.append((END, source.at, source.left))
            return header
        if property_ == ARCHIVE_PROPERTIES:
            _archive_properties(source, header)
        elif property_ == ADDITIONAL_STREAMS:
            raise HeaderError("unsupported: a part of the header lies in additional streams")
        elif property_ == MAIN_STREAMS:
            header.streams = read_streams(source)
        elif property_ == FILES:
            _files(source, header)
        else:
            raise HeaderError(f"unknown property {property_:#x}")
    raise HeaderError("the header repeats its records")


def _archive_properties(source: Bytes, header: Header) -> None:
    while (property_ := source.number()) != END:
        size = source.number()
        header.extra.append((property_, source.at, size))
        source.take(size)


def read_streams(source: Bytes) -> Streams:
    """StreamsInfo: PackInfo, CodersInfo (UnPackInfo), SubStreamsInfo, each at most once and in this order."""
    streams = Streams()
    substreams = False
    property_ = source.number()
    if property_ == PACK_INFO:
        _pack_info(source, streams)
        property_ = source.number()
    if property_ == UNPACK_INFO:
        _unpack_info(source, streams)
        property_ = source.number()
    if property_ == SUBSTREAMS:
        _substreams(source, streams)
        substreams = True
        property_ = source.number()
    if property_ != END:
        raise HeaderError(f"property {property_:#x} does not belong to the streams")
    if not substreams:
        for folder in streams.folders:
            folder.substreams = [(folder.size, folder.crc)]
    return streams


def _pack_info(source: Bytes, streams: Streams) -> None:
    streams.pack_position = source.number()
    count = source.count()
    while (property_ := source.number()) != END:
        if property_ == SIZE:
            streams.pack_sizes = [source.number() for _ in range(count)]
        elif property_ == CRC:
            streams.pack_crcs = source.digests(count)
        else:
            raise HeaderError(f"property {property_:#x} does not belong to the packed streams")
    if len(streams.pack_sizes) != count:
        raise HeaderError("the packed streams have no sizes")


def _unpack_info(source: Bytes, streams: Streams) -> None:
    source.expect(FOLDER)
    count = source.count(2)
    if source.byte():
        raise HeaderError("unsupported: the folders lie in additional streams")
    streams.folders = [_folder(source) for _ in range(count)]
    source.expect(UNPACK_SIZES)
    for folder in streams.folders:
        folder.unpack_sizes = [source.number() for coder in folder.coders for _ in range(coder.outputs)]
    while (property_ := source.number()) != END:
        if property_ != CRC:
            raise HeaderError(f"property {property_:#x} does not belong to the folders")
        for folder, crc in zip(streams.folders, source.digests(count), strict=True):
            folder.crc = crc


def _folder(source: Bytes) -> Folder:
    count = source.count(2)
    if not 1 <= count <= MAX_CODERS:
        raise HeaderError(f"a folder of {count} coders")
    coders = [_coder(source) for _ in range(count)]
    inputs, outputs = sum(c.inputs for c in coders), sum(c.outputs for c in coders)
    binds = [(source.number(), source.number()) for _ in range(outputs - 1)]
    if len({i for i, _ in binds}) != len(binds) or len({o for _, o in binds}) != len(binds):
        raise HeaderError("two bind pairs share a stream")
    if any(i >= inputs or o >= outputs for i, o in binds) or inputs < len(binds) + 1:
        raise HeaderError("a bind pair names a stream that is not there")
    free = inputs - len(binds)
    if free == 1:
        taken = {i for i, _ in binds}
        packed = [i for i in range(inputs) if i not in taken]
    else:
        packed = [source.number() for _ in range(free)]
    return Folder(coders, binds, packed)


def _coder(source: Bytes) -> Coder:
    flags = source.byte()
    if flags & 0xC0:
        raise HeaderError("unsupported: a coder has alternative methods")
    method = source.take(flags & 15)
    inputs, outputs = (source.number(), source.number()) if flags & 0x10 else (1, 1)
    if not 1 <= inputs <= MAX_CODERS or outputs != 1:
        raise HeaderError(f"a coder of {inputs} inputs and {outputs} outputs")
    return Coder(method, inputs, outputs, source.take(source.count()) if flags & 0x20 else b"")


def _substreams(source: Bytes, streams: Streams) -> None:
    folders = streams.folders
    counts = [1] * len(folders)
    property_ = source.number()
    if property_ == STREAM_COUNTS:
        counts = [source.count(0) for _ in folders]
        property_ = source.number()
    if sum(counts) > MAX_FILES:
        raise HeaderError(f"more than {MAX_FILES} members")
    sizes = [_sizes(source if property_ == SIZE else None, f, n) for f, n in zip(folders, counts, strict=True)]
    if property_ == SIZE:
        property_ = source.number()
    unknown = sum(n for f, n in zip(folders, counts, strict=True) if n != 1 or f.crc is None)
    crcs: Iterator[int | None] = iter(())
    if property_ == CRC:
        crcs = iter(source.digests(unknown))
        property_ = source.number()
    if property_ != END:
        raise HeaderError(f"property {property_:#x} does not belong to the substreams")
    for folder, own in zip(folders, sizes, strict=True):
        if len(own) == 1 and folder.crc is not None:
            folder.substreams = [(own[0], folder.crc)]
        else:
            folder.substreams = [(size, next(crcs, None)) for size in own]


def _sizes(source: Bytes | None, folder: Folder, count: int) -> list[int]:
    """The last size is what the others leave of the folder."""
    if not count:
        return []
    if source is None and count > 1:
        raise HeaderError("the members of a block have no sizes")
    own = [source.number() for _ in range(count - 1)] if source is not None else []
    if sum(own) > folder.size:
        raise HeaderError("the members of a block are larger than it")
    return [*own, folder.size - sum(own)]


def _files(source: Bytes, header: Header) -> None:
    count = source.count(0)
    files = header.files = [File() for _ in range(count)]
    empty: list[File] = []
    while (property_ := source.number()) != END:
        size = source.number()
        if size > source.left:
            raise HeaderError("a file property is longer than the header")
        own = Bytes(source.data, source.at + size, source.at)
        if property_ == EMPTY_STREAM:
            empty = [file for file, is_empty in zip(files, own.bits(count), strict=True) if is_empty]
            for file in empty:
                file.has_stream, file.is_folder = False, True
        elif property_ in (EMPTY_FILE, ANTI):
            for file, flag in zip(empty, own.bits(len(empty)), strict=True):
                if property_ == ANTI:
                    file.is_anti = flag
                else:
                    file.is_folder = not flag
        elif property_ == NAMES:
            _names(own, files)
        elif property_ == ATTRIBUTES:
            _attributes(own, files)
        elif property_ not in TIMES:
            own.at = own.end if property_ == DUMMY and not any(own.data[own.at : own.end]) else own.at
        else:
            _times(own, count)
        if own.left:
            header.extra.append((property_, own.at, own.left))
        source.at = own.end


def _inside(own: Bytes) -> None:
    if own.byte():
        raise HeaderError("unsupported: file records lie in additional streams")


def _names(own: Bytes, files: list[File]) -> None:
    _inside(own)
    data = own.take(own.left)
    if len(data) % 2 or (files and not data.endswith(b"\0\0")):
        raise HeaderError("the names are not UTF-16 that ends with NUL")
    names = data.decode("utf-16-le", "backslashreplace").split("\0")[:-1] if data else []
    if len(names) != len(files):
        raise HeaderError(f"{len(names)} names for {len(files)} members")
    for file, name in zip(files, names, strict=True):
        file.name = name


def _attributes(own: Bytes, files: list[File]) -> None:
    defined = own.defined(len(files))
    _inside(own)
    for file, known in zip(files, defined, strict=True):
        if known:
            file.attributes = int.from_bytes(own.take(4), "little")


def _times(own: Bytes, count: int) -> None:
    """Times of 8 bytes, and start positions, which have 8 bytes too."""
    defined = own.defined(count)
    _inside(own)
    own.take(8 * sum(defined))
