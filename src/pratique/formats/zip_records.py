"""The records of a zip file, each as it stands in the bytes (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.formats.window import Window

LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"
END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
LOCATOR64 = b"PK\x06\x07"
DESCRIPTOR = b"PK\x07\x08"
LOCAL_BYTES, CENTRAL_BYTES, END_BYTES, END64_BYTES, LOCATOR64_BYTES = 30, 46, 22, 56, 20
MAX_COMMENT = 65_535
ENCRYPTED, DESCRIBED, UTF8 = 1, 8, 0x800  # general purpose bits 0, 3, 11
ZIP64_EXTRA, UNICODE_PATH_EXTRA = 0x0001, 0x7075
FULL32, FULL16 = 0xFFFFFFFF, 0xFFFF


@dataclass(frozen=True, slots=True)
class Entry:
    """One header, local or central, with zip64 sizes applied. `offset` is where it stands; `data` where it ends."""

    offset: int
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    header_bytes: int
    local_offset: int = 0  # central only: as declared
    attributes: int = 0  # central only: external file attributes
    unicode_path: bytes | None = None

    @property
    def name(self) -> str:
        return self.raw_name.decode("utf-8" if self.flags & UTF8 else "cp437", "backslashreplace")

    @property
    def data(self) -> int:
        return self.offset + self.header_bytes


@dataclass(frozen=True, slots=True)
class End:
    """The end of the central directory, with zip64 values applied. `start` is where its first record begins."""

    offset: int
    start: int
    entries: int
    directory_bytes: int
    directory_offset: int
    comment_bytes: int
    disk: int
    end: int
    contradicts: bool = False  # the zip64 record says otherwise


def ends(window: Window) -> list[End]:
    """Every end record that the last 64 KiB hold, the last one first. Readers take the last one."""
    reach = min(window.size, MAX_COMMENT + END_BYTES)
    base = window.size - reach
    tail = window.read_at(base, reach)
    found: list[End] = []
    at = tail.rfind(END)
    while at >= 0 and len(found) < 64:
        if len(tail) - at >= END_BYTES:
            found.append(_end(window, base + at, tail[at : at + END_BYTES]))
        at = tail.rfind(END, 0, at + 3)
    return found


def _end(window: Window, offset: int, data: bytes) -> End:
    _, disk, _, _, entries, size, start, comment = struct.unpack("<4sHHHHIIH", data)
    end = offset + END_BYTES + comment
    wide = _end64(window, offset)
    if wide is None:
        return End(offset, offset, entries, size, start, comment, disk, end)
    place, *values = wide
    declared = (entries, size, start)
    # torch writes the zip64 record always, and repeats its values in the short one: only all-ones values defer to it
    chosen = [v if d == full else d for d, v, full in zip(declared, values, (FULL16, FULL32, FULL32), strict=True)]
    return End(offset, place, chosen[0], chosen[1], chosen[2], comment, disk, end, contradicts=chosen != values)


def _end64(window: Window, offset: int) -> tuple[int, int, int, int] | None:
    """The zip64 end record of the end record at `offset`: its place, entries, directory size and directory offset."""
    before = offset - LOCATOR64_BYTES
    locator = window.read_at(before, LOCATOR64_BYTES)
    if locator[:4] != LOCATOR64:
        return None
    for place in (before - END64_BYTES, struct.unpack("<Q", locator[8:16])[0]):
        record = window.read_at(place, END64_BYTES)
        if record[:4] == END64 and len(record) == END64_BYTES and place < before:
            entries, size, start = struct.unpack("<QQQ", record[32:56])
            return place, entries, size, start
    return None


def central(window: Window, start: int, limit: int) -> Iterator[Entry]:
    """The central headers from `start` on, as long as there are signatures before `limit`."""
    while start + CENTRAL_BYTES <= limit:
        window.budget.tick()
        fixed = window.read_at(start, CENTRAL_BYTES)
        if fixed[:4] != CENTRAL or len(fixed) < CENTRAL_BYTES:
            return
        fields = struct.unpack("<4sHHHHHHIIIHHHHHII", fixed)
        flags, method, crc, packed, unpacked = fields[3], fields[4], *fields[7:10]
        name_bytes, extra_bytes, comment_bytes = fields[10:13]
        variable = window.read_at(start + CENTRAL_BYTES, name_bytes + extra_bytes)
        extra = extras(variable[name_bytes:])
        packed, unpacked, local = _wide(extra, packed, unpacked, fields[16])
        length = CENTRAL_BYTES + name_bytes + extra_bytes + comment_bytes
        path = extra.get(UNICODE_PATH_EXTRA)
        name = variable[:name_bytes]
        yield Entry(start, name, flags, method, crc, packed, unpacked, length, local, fields[15], path)
        start += length


def local(window: Window, offset: int) -> Entry | None:
    """The local header at `offset`, if one stands there."""
    fixed = window.read_at(offset, LOCAL_BYTES)
    if fixed[:4] != LOCAL or len(fixed) < LOCAL_BYTES:
        return None
    _, _, flags, method, _, _, crc, packed, unpacked, name_bytes, extra_bytes = struct.unpack("<4sHHHHHIIIHH", fixed)
    variable = window.read_at(offset + LOCAL_BYTES, name_bytes + extra_bytes)
    if len(variable) < name_bytes:
        return None
    extra = extras(variable[name_bytes:])
    packed, unpacked, _ = _wide(extra, packed, unpacked, 0)
    length = LOCAL_BYTES + name_bytes + extra_bytes
    path = extra.get(UNICODE_PATH_EXTRA)
    return Entry(offset, variable[:name_bytes], flags, method, crc, packed, unpacked, length, unicode_path=path)


def extras(data: bytes) -> dict[int, bytes]:
    """Extra fields by id; the first of an id wins. What is malformed ends the list, as in Info-ZIP."""
    fields: dict[int, bytes] = {}
    while len(data) >= 4:
        id_, size = struct.unpack("<HH", data[:4])
        fields.setdefault(id_, data[4 : 4 + size])
        data = data[4 + size :]
    return fields


def _wide(extra: dict[int, bytes], packed: int, unpacked: int, offset: int) -> tuple[int, int, int]:
    """Apply the zip64 extra field: 8-byte values for those fields that are all ones, in this order (4.5.3)."""
    data = extra.get(ZIP64_EXTRA, b"")
    values = [struct.unpack("<Q", data[i : i + 8])[0] for i in range(0, len(data) - 7, 8)]
    if unpacked == FULL32 and values:
        unpacked = values.pop(0)
    if packed == FULL32 and values:
        packed = values.pop(0)
    if offset == FULL32 and values:
        offset = values.pop(0)
    return packed, unpacked, offset


def descriptor_bytes(window: Window, at: int, entry: Entry) -> int:
    """The length of the data descriptor (4.3.9) of `entry` at `at`, or 0: with or without signature, 32 or 64 bit."""
    data = window.read_at(at, 24)
    for signature in (4, 0):
        if signature and data[:4] != DESCRIPTOR:
            continue
        for width, code in ((8, "<QQ"), (4, "<II")):  # the wide one first: its upper half would look like a size of 0
            body = data[signature : signature + 4 + 2 * width]
            if len(body) < 4 + 2 * width or struct.unpack(code, body[4:]) != (entry.packed, entry.unpacked):
                continue
            if signature or struct.unpack("<I", body[:4])[0] == entry.crc:
                return signature + len(body)
    return 0
