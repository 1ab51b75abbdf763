"""Protocol Buffers' wire format over a window: fields as places, never as copies.

Source: https://protobuf.dev/programming-guides/encoding/. A `Schema` names the fields that a message may have; what
a file
holds beyond them is returned as unknown, because a parser skips it silently and so it is room to hide in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from pratique.formats.window import Window

PAGE_BYTES = 1 << 16
MAX_VARINT_BYTES = 10
MAX_GROUP_DEPTH = 32
MAX_FIELD_NUMBER = (1 << 29) - 1
MAX_VALUES = 1 << 16  # of one decoded message; larger messages are streamed with `Wire.fields`
MAX_TEXT_BYTES = 1 << 16

VARINT, FIXED64, LENGTH, START_GROUP, END_GROUP, FIXED32 = range(6)


class WireError(ValueError):
    """The bytes are not a message; `offset` is where reading stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Span:
    """Payload bytes of one field."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class WireField:
    """One field as it stands on the wire. `offset` is its tag's; `value` is set for varints and fixed-width numbers."""

    number: int
    kind: int  # VARINT, FIXED64, LENGTH, START_GROUP, FIXED32
    offset: int
    payload: Span
    value: int = 0

    @property
    def length(self) -> int:
        """Of the whole field, in bytes, its tag and length prefix included."""
        return self.payload.end - self.offset


class Kind(Enum):
    """How a schema's field is declared, and whether a decoded message keeps it."""

    INT = "one number"
    FLOAT = "32 bits"
    DOUBLE = "64 bits"
    BYTES = "bytes, text or a message"
    BLOBS = "bytes, as many as there are: checked and not kept"
    NUMBERS = "repeated numbers, packed or not: checked and not kept"
    INTS = "repeated integers, packed or not: kept"
    GROUP = "a group"


_WIRE_TYPES: dict[Kind, tuple[int, ...]] = {
    Kind.INT: (VARINT,),
    Kind.FLOAT: (FIXED32,),
    Kind.DOUBLE: (FIXED64,),
    Kind.BYTES: (LENGTH,),
    Kind.BLOBS: (LENGTH,),
    Kind.NUMBERS: (VARINT, FIXED32, FIXED64, LENGTH),
    Kind.INTS: (VARINT, LENGTH),
    Kind.GROUP: (START_GROUP,),
}
_NOT_KEPT = (Kind.BLOBS, Kind.NUMBERS)


@dataclass(frozen=True, slots=True)
class Schema:
    """A message type: field number to name and kind."""

    name: str
    fields: dict[int, tuple[str, Kind]]

    def name_of(self, found: WireField) -> str:
        """The name of a field that stands on the wire as it is declared; empty for any other."""
        name, kind = self.fields.get(found.number, ("", Kind.BYTES))
        return name if found.kind in _WIRE_TYPES[kind] else ""


def schema(name: str, **kinds: str) -> Schema:
    """A schema from `KIND="number:name number:name …"` keywords, for example `INT="1:ir_version"`."""
    fields = {}
    for kind, entries in kinds.items():
        for entry in entries.split():
            number, _, field_name = entry.partition(":")
            fields[int(number)] = (field_name, Kind[kind])
    return Schema(name, fields)


@dataclass(slots=True)
class Decoded:
    """A message's values by field name. Numbers as integers, all with a length as `Span`s; unknown ones apart."""

    wire: Wire
    span: Span
    numbers: dict[str, list[int]] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    unknown: list[WireField] = field(default_factory=list)

    def number(self, name: str, default: int = 0) -> int:
        """The last value: what a parser keeps of a repeated scalar."""
        return self.numbers[name][-1] if name in self.numbers else default

    def all(self, name: str) -> list[Span]:
        return self.spans.get(name, [])

    def last(self, name: str) -> Span | None:
        return self.spans[name][-1] if name in self.spans else None

    def text(self, name: str, limit: int = MAX_TEXT_BYTES) -> str:
        span = self.last(name)
        return "" if span is None else self.wire.text(span, limit)

    def texts(self, name: str, limit: int = 4096) -> list[str]:
        return [self.wire.text(span, limit) for span in self.all(name)[:limit]]


class Wire:
    """Reads messages of one window through a page of it."""

    __slots__ = ("_at", "_page", "window")

    def __init__(self, window: Window) -> None:
        self.window = window
        self._page = b""
        self._at = 0

    @property
    def whole(self) -> Span:
        return Span(0, self.window.size)

    def data(self, span: Span, limit: int) -> bytes:
        """At most `limit` bytes of a payload."""
        length = min(span.length, limit)
        index = span.offset - self._at
        if index >= 0 and index + length <= len(self._page):
            return self._page[index : index + length]
        return self.window.read_at(span.offset, length)

    def text(self, span: Span, limit: int = MAX_TEXT_BYTES) -> str:
        return self.data(span, limit).decode("utf-8", "replace")

    def fields(self, span: Span) -> Iterator[WireField]:
        """The fields of the message in `span`, in order. Raises `WireError` where the bytes stop being one."""
        at, end = span.offset, span.end
        tick = self.window.budget.tick
        while at < end:
            tick()
            found = self._field(at, end, 0)
            yield found
            at = found.payload.end

    def decode(self, span: Span, schema: Schema) -> Decoded:
        """All values of one message. Raises `WireError`, also when it has more than `MAX_VALUES`."""
        decoded = Decoded(self, span)
        count = 0
        for found in self.fields(span):
            name = schema.name_of(found)
            kind = schema.fields[found.number][1] if name else Kind.BYTES
            if kind in _NOT_KEPT:
                continue
            count += 1
            if not name:
                decoded.unknown.append(found)
            elif kind is Kind.INTS and found.kind == LENGTH:
                values = decoded.numbers.setdefault(name, [])
                for value in self.packed(found.payload):
                    values.append(value)
                    count += 1
                    if count > MAX_VALUES:
                        break
            elif found.kind in (LENGTH, START_GROUP):
                decoded.spans.setdefault(name, []).append(found.payload)
            else:
                decoded.numbers.setdefault(name, []).append(found.value)
            if count > MAX_VALUES:
                raise WireError(f"a {schema.name} has more than {MAX_VALUES} values", found.offset)
        return decoded

    def packed(self, span: Span) -> Iterator[int]:
        """The integers of a packed repeated field."""
        at = span.offset
        while at < span.end:
            self.window.budget.tick()
            value, at = self.varint(at, span.end)
            yield value

    def _field(self, at: int, end: int, depth: int) -> WireField:
        tag, after = self.varint(at, end)
        number, kind = tag >> 3, tag & 7
        if not 0 < number <= MAX_FIELD_NUMBER:
            raise WireError(f"field number {number} does not exist", at)
        if kind == VARINT:
            value, stop = self.varint(after, end)
            return WireField(number, kind, at, Span(after, stop - after), value)
        if kind == LENGTH:
            length, start = self.varint(after, end)
            if length > end - start:
                raise WireError(f"field {number} claims {length} bytes where {end - start} are left", at)
            return WireField(number, kind, at, Span(start, length))
        if kind in (FIXED32, FIXED64):
            width = 4 if kind == FIXED32 else 8
            if width > end - after:
                raise WireError(f"field {number} is cut", at)
            value = int.from_bytes(self.data(Span(after, width), width), "little")
            return WireField(number, kind, at, Span(after, width), value)
        if kind == START_GROUP:
            return WireField(number, kind, at, Span(after, self._group_end(number, after, end, depth) - after))
        raise WireError(f"wire type {kind} does not exist here", at)

    def _group_end(self, number: int, at: int, end: int, depth: int) -> int:
        """The offset after the group's end tag, which counts as payload."""
        if depth >= MAX_GROUP_DEPTH:
            raise WireError(f"groups nest deeper than {MAX_GROUP_DEPTH}", at)
        while at < end:
            self.window.budget.tick()
            tag, after = self.varint(at, end)
            if tag & 7 == END_GROUP:
                if tag >> 3 != number:
                    raise WireError(f"group {number} is closed as {tag >> 3}", at)
                return after
            at = self._field(at, end, depth + 1).payload.end
        raise WireError(f"group {number} is never closed", at)

    def varint(self, at: int, end: int) -> tuple[int, int]:
        """The base-128 number at `at` and the offset after it. Raises `WireError`."""
        index = at - self._at
        if index < 0 or index + MAX_VARINT_BYTES > len(self._page):
            self._page, self._at, index = self.window.read_at(at, PAGE_BYTES), at, 0
        page = self._page
        stop = min(len(page), index + min(MAX_VARINT_BYTES, end - at))
        value = shift = 0
        for position in range(index, stop):
            byte = page[position]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF, at + position - index + 1
            shift += 7
        raise WireError("a number is cut or longer than 10 bytes", at)


@dataclass(frozen=True, slots=True)
class Outline:
    """How far a message follows a schema: its known and unknown fields by number, and whether it ends cleanly."""

    known: dict[str, int]
    unknown: int
    first: dict[str, WireField]
    error: WireError | None
    limited: bool = False

    @property
    def clean(self) -> bool:
        return self.error is None and self.unknown == 0


def outline(wire: Wire, span: Span, schema: Schema, limit: int = 512) -> Outline:
    """The first `limit` fields of a message held against a schema: cheap, for probes."""
    known: dict[str, int] = {}
    first: dict[str, WireField] = {}
    unknown = count = 0
    try:
        for found in wire.fields(span):
            name = schema.name_of(found)
            if name:
                known[name] = known.get(name, 0) + 1
                first.setdefault(name, found)
            else:
                unknown += 1
            count += 1
            if count >= limit:
                return Outline(known, unknown, first, None, True)
    except WireError as error:
        return Outline(known, unknown, first, error)
    return Outline(known, unknown, first, None)
