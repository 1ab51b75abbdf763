"""7z: signature header, plain or packed header, folders (solid blocks) of members.

Source: 7zFormat.txt and Methods.txt of the LZMA SDK. Opening it executes nothing by itself. What the reader does not unpack
(encrypted, BCJ2, PPMd and other coders) is a gap that says so.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.member_path import leaves
from pratique.formats.seven_zip_coders import Content, UnreadError
from pratique.formats.seven_zip_header import (
    ENCODED_HEADER,
    Bytes,
    File,
    Folder,
    Header,
    HeaderError,
    Streams,
    read_header,
    read_streams,
)
from pratique.formats.window import MAX_READ_BYTES, Window, spool_what_can_be_read

MAGIC = b"7z\xbc\xaf\x27\x1c"
START_BYTES = 32
MAX_ENCODED = 4  # a packed header may hold another packed header
MAX_LINK_BYTES = 4096
UNIX, REPARSE, FOLDER_ATTRIBUTE = 0x8000, 0x400, 0x10


@dataclass(slots=True)
class _Archive:
    window: Window
    scope: Scope
    header_at: int = 0
    header_bytes: int = 0
    names: set[str] = field(default_factory=set)


def probe(head: Head) -> int:
    return CERTAIN if head.data[:6] == MAGIC and len(head.data) >= START_BYTES else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    archive = _Archive(window, scope)
    start = window.read_at(0, START_BYTES)
    offset, size = (int.from_bytes(start[at : at + 8], "little") for at in (12, 20))
    crc = int.from_bytes(start[28:32], "little")
    yield Metadata(scope.at(0, START_BYTES), "seven-zip", {"version": f"{start[6]}.{start[7]}", "header_bytes": size})
    if zlib.crc32(start[12:32]) != int.from_bytes(start[8:12], "little"):
        yield scope.broken("seven-zip-crc-differs", "the CRC of the start header is wrong", 0, START_BYTES)
    if not size and not offset:
        return
    archive.header_at, archive.header_bytes = START_BYTES + offset, size
    if archive.header_at + size > window.size or size > MAX_READ_BYTES:
        message = f"the header ({size} bytes at {archive.header_at}) lies outside the file"
        yield scope.broken("seven-zip-malformed", message, 0, START_BYTES, lost=True)
        return
    data = window.read_at(archive.header_at, size)
    if zlib.crc32(data) != crc:
        yield scope.broken("seven-zip-crc-differs", "the CRC of the header is wrong", archive.header_at, size)
    yield from _unpacked_header(archive, data)


def _unpacked_header(archive: _Archive, data: bytes) -> Iterator[Yield]:
    """Steps through packed headers to the plain one, and reads that."""
    scope = archive.scope
    where = (archive.header_at, archive.header_bytes)
    try:
        for _ in range(MAX_ENCODED):
            if data[:1] != bytes([ENCODED_HEADER]):
                header = read_header(data)
                yield Metadata(scope.at(*where), "seven-zip-header", {"members": len(header.files)})
                yield from _members(archive, header, data)
                return
            packed = read_streams(Bytes(data, at=1))
            if len(packed.folders) != 1 or not packed.pack_sizes:
                raise HeaderError("the packed header is not one block")
            data = yield from _packed_header(archive, packed)
        raise HeaderError(f"packed headers nest deeper than {MAX_ENCODED}")
    except (UnreadError, HeaderError) as error:
        if isinstance(error, UnreadError) or str(error).startswith("unsupported"):
            everything = scope.at(START_BYTES, archive.window.size - START_BYTES)
            yield Nested("(members)", archive.window.slice(0, 0), everything, incomplete=str(error))
        else:
            yield scope.broken("seven-zip-malformed", str(error), *where, lost=True)


def _packed_header(archive: _Archive, packed: Streams) -> Generator[Yield, None, bytes]:
    """Yields what unpacking shows; its return value (of the generator) is the header unpacked."""
    folder = packed.folders[0]
    if folder.size > MAX_READ_BYTES:
        raise HeaderError(f"the header would unpack to {folder.size} bytes")
    start, region = _regions(packed)[0]
    content, window, stopped = _unpack(archive.window.slice(start, region), folder)
    if stopped is not None or window.size != folder.size:
        raise HeaderError(f"the packed header is damaged: {stopped or 'it is shorter than it says'}")
    used = archive.scope.at(start, region if content is None else content.taken)
    yield Metadata(used, "seven-zip-packed-header", {"bytes": folder.size})
    data = window.read_at(0, folder.size)
    if folder.crc is not None and zlib.crc32(data) != folder.crc:
        yield archive.scope.broken("seven-zip-crc-differs", "the CRC of the packed header is wrong", start, region)
    return data


def _regions(streams: Streams) -> list[tuple[int, int]]:
    """Start and length in bytes, from the archive's first byte, of each folder's packed streams, which lie end to end."""
    found = []
    at, sizes = START_BYTES + streams.pack_position, iter(streams.pack_sizes)
    for folder in streams.folders:
        own = list(islice(sizes, len(folder.packed)))
        if len(own) < len(folder.packed):
            raise HeaderError("a folder has no packed stream")
        found.append((at, sum(own)))
        at += sum(own)
    return found


def _unpack(packed: Window, folder: Folder) -> tuple[Content | None, Window, str | None]:
    """The folder's content, and why it ends early; a plain copy is a slice and has no `Content`. Raises `UnreadError`."""
    content = Content(folder, packed)
    if content.is_copy:
        return (
            None,
            packed.slice(0, folder.size),
            None if folder.size <= packed.size else "its bytes end with the archive",
        )
    window, stopped = spool_what_can_be_read(content.pieces(), lambda: content.taken, packed.budget, content.errors)
    if stopped is not None and "unpack" not in stopped and "unsupported" not in stopped:
        stopped = f"the packed data is damaged: {stopped}"
    elif stopped is None and window.size < folder.size:
        stopped = "the packed data ends early"
    return content, window, stopped


def _members(archive: _Archive, header: Header, data: bytes) -> Iterator[Yield]:
    scope, at = archive.scope, (archive.header_at, archive.header_bytes)
    streams, files = header.streams, iter(header.files)
    for property_, offset, length in header.extra:
        extra = Window.of_bytes(data[offset : offset + length], archive.window.budget)
        yield Nested(f"(header property {property_:#x})", extra, scope.at(archive.header_at, 0))
    for file in header.files:
        yield from _name_defects(archive, file)
    with_streams = (file for file in files if file.has_stream)
    for folder, (start, region) in zip(streams.folders, _regions(streams), strict=True):
        own = [(next(with_streams, File("(no name)")), *sub) for sub in folder.substreams]
        if own:
            yield from _folder(archive, folder, own, start, region)
    if next(with_streams, None) is not None:
        yield scope.broken("seven-zip-malformed", "there are more members than packed contents", *at)


def _name_defects(archive: _Archive, file: File) -> Iterator[Yield]:
    scope, at, name = archive.scope, (archive.header_at, archive.header_bytes), file.name
    if leaves(name, ""):
        message = f"{name!r} would be written outside of the folder"
        yield scope.broken("seven-zip-path-escapes", message, *at, name=name)
    if file.is_anti:
        yield scope.broken("seven-zip-anti-item", f"unpacking deletes {name!r}", *at, name=name)
    plain = name.replace("\\", "/").strip("/")
    if plain in archive.names and not file.is_folder:
        yield scope.broken("seven-zip-duplicate-name", f"two members are named {name!r}", *at, name=name)
    archive.names.add(plain)


def _folder(
    archive: _Archive, folder: Folder, own: list[tuple[File, int, int | None]], start: int, region: int
) -> Iterator[Yield]:
    scope, window = archive.scope, archive.window
    packed = window.slice(start, region)
    content: Content | None = None
    try:
        content, unpacked, stopped = _unpack(packed, folder)
    except UnreadError as error:
        unpacked, stopped = window.slice(0, 0), str(error)
    if packed.size < region and stopped is None:
        stopped = f"{region - packed.size} of its bytes lie outside the archive"
    used = packed.size if stopped is not None or content is None else content.taken
    if content is None and stopped is None:
        used = unpacked.size
    if content is not None and content.excess:
        message = f"a block unpacks to more than the {folder.size} bytes that the header gives it"
        yield scope.broken("seven-zip-malformed", message, start, region)
    yield Member(scope.at(start, 0), "seven-zip-block", used, (("members", len(own)), ("unpacked", folder.size)))
    at = 0
    for position, (file, size, crc) in enumerate(own):
        # The block is shared out among its members, so that what is not explained of one counts once.
        share = (start + used * position // len(own), start + used * (position + 1) // len(own))
        where = scope.at(share[0], share[1] - share[0])
        yield from _content(archive, file, unpacked.slice(at, size), (size, crc), stopped, where.offset or 0)
        incomplete = stopped if at + size > unpacked.size or not size else None
        yield Nested(file.name, unpacked.slice(at, size), where, incomplete=incomplete)
        at += size


def _content(
    archive: _Archive, file: File, window: Window, expected: tuple[int, int | None], stopped: str | None, offset: int
) -> Iterator[Yield]:
    """What the content shows: a CRC that is a lie, and a link that leads out."""
    size, crc = expected
    if window.size < size:
        return
    if crc is not None and stopped is None:
        found = 0
        for chunk in window.chunks():
            found = zlib.crc32(chunk, found)
        if found != crc:
            message = f"{file.name!r}: the CRC of its content is {found:#010x}, the header says {crc:#010x}"
            yield archive.scope.broken("seven-zip-crc-differs", message, offset, 0, name=file.name)
    mode = file.attributes >> 16 if file.attributes & UNIX else 0
    if stat.S_ISLNK(mode) or file.attributes & REPARSE:
        target = window.read_at(0, MAX_LINK_BYTES).decode("utf-8", "backslashreplace")
        if leaves(target, file.name):
            message = f"{file.name!r} is a link to {target!r}, outside of the folder"
            yield archive.scope.broken("seven-zip-link-escapes", message, offset, 0, name=file.name)


FORMAT = Format(
    id="seven-zip",
    title="7z archive",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".7z",),
    opens_with="what its members execute",
)
