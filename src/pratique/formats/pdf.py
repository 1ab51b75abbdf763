"""PDF: every object that stands anywhere in the file, whatever its cross-reference tables say.

Source: ISO 32000-2:2020. Opening one runs what its actions say: scripts, programs, addresses. The objects are read in sequence;
then the raw bytes are searched for further objects (in comments, strings and stream data), because a table may point there.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Code, Json, Member, Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.pdf_actions import Gathered, look, settled
from pratique.formats.pdf_streams import decode, has_predictor
from pratique.formats.pdf_syntax import SPACE, CutOff, Parsed, Ref, SyntaxProblem, Value, parse, text
from pratique.formats.window import Window, spool_what_can_be_read

VERSION = re.compile(rb"%PDF-\d\.\d")
HEADER_WITHIN_BYTES = (
    1024  # Adobe's reader takes a header that is not at the first byte (ISO 32000-1, implementation note 13)
)
BUFFER_BYTES, MAX_OBJECT_BYTES = 1 << 20, 32 << 20
MAX_PROBLEMS = 100
MAX_FOUND, FOUND_BYTES, MAX_CUT_OFF = 100_000, 1 << 14, 20
MAX_SCRIPT_BYTES = 1 << 20
MAX_FORM_PIECES = 256
_BREAK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]{0,64}[\r\n])"
OBJECT = re.compile(rb"(?<!\d)(\d{1,10})" + _BREAK + rb"{1,64}(\d{1,10})" + _BREAK + rb"{0,64}obj")
# space; a table; the place of a table; a comment of at most 256 bytes (longer ones are left unexplained)
PLAIN = re.compile(
    rb"[\0\t\n\f\r ]+|xref[\0\t\n\f\r \dfn]*|startxref[\0\t\n\f\r ]*\d{0,20}|%[^\r\n]{0,256}(?=[\r\n]|\Z)"
)
NEXT = re.compile(OBJECT.pattern + rb"|xref|trailer|%%EOF")
STREAM_END = re.compile(rb"[\0\t\n\f\r ]{0,4}endstream")
FILE_END = re.compile(rb"startxref[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+%%EOF")


@dataclass(frozen=True, slots=True)
class _Stream:
    entries: dict[str, Value]
    start: int
    length: int


@dataclass(slots=True)
class _Reader:
    window: Window
    scope: Scope
    base: int = 0
    data: bytes = b""
    run: int = -1  # where the structure that is not yet yielded begins
    seen: set[int] = field(default_factory=set)  # offsets of objects
    streams: dict[int, list[_Stream]] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)
    problems: int = 0
    ended: tuple[int, int] = (1, 0)  # a place, and the first `endstream` behind it
    cut_off: int = 0

    def load(self, at: int, size: int = BUFFER_BYTES) -> None:
        self.base, self.data = at, self.window.read_at(at, size)

    @property
    def whole(self) -> bool:
        return self.base + len(self.data) >= self.window.size

    def parsed(self, at: int, limit: int = MAX_OBJECT_BYTES) -> Parsed:
        """The values from `at`, with an end that counts from the window's start. Raises `SyntaxProblem`."""
        size = min(BUFFER_BYTES, limit)
        while True:
            try:
                found = parse(self.data, at - self.base, False)
                return Parsed(found.values, found.keyword, found.end + self.base)
            except CutOff:
                if self.whole or (self.base == at and len(self.data) >= limit):
                    raise
            size = size if self.base != at else min(len(self.data) * 4, limit)
            self.load(at, size)

    def stream_end(self, start: int) -> int:
        """Where the next `endstream` stands, or -1; remembered, so that many streams of one end do not each look for it."""
        first, end = self.ended
        if not first <= start <= (end if end >= 0 else self.window.size):
            self.ended = (start, self.window.find(b"endstream", start))
        return self.ended[1]

    def flush(self, at: int) -> Iterator[Yield]:
        """The structure read since the last call is one part."""
        if 0 <= self.run < at:
            yield Member(self.scope.at(self.run, at - self.run), "pdf-objects", at - self.run)
        self.run = at


def probe(head: Head) -> int:
    found = VERSION.search(head.data, 0, HEADER_WITHIN_BYTES)
    if found is None or found.start() == 0:
        return CERTAIN if found else 0
    tail = head.window.read_at(max(head.window.size - 2048, 0), 2048)
    return CERTAIN if FILE_END.search(tail) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    reader = _Reader(window, scope)
    reader.load(0)
    header = VERSION.search(reader.data, 0, HEADER_WITHIN_BYTES)
    yield from _structure(reader, header.start() if header else 0)
    yield from _found(reader)
    yield from _results(reader)


def _structure(reader: _Reader, at: int) -> Iterator[Yield]:
    """Objects, tables and trailers in sequence; what is neither is left unexplained."""
    window = reader.window
    reader.run = at
    while at < window.size:
        window.budget.tick()
        if at - reader.base > len(reader.data) // 2 and not reader.whole:
            reader.load(at)
        here = at - reader.base
        data = reader.data
        if match := PLAIN.match(data, here):
            at = reader.base + match.end()
        elif data.startswith((b"endobj", b"endstream"), here):
            at += 6 if data.startswith(b"endobj", here) else 9
        elif data.startswith(b"trailer", here) or OBJECT.match(data, here):
            end = yield from _object(reader, at, MAX_OBJECT_BYTES)
            if end is None and reader.problems > MAX_PROBLEMS:
                break
            at = end if end is not None else (yield from _skip(reader, at))
        else:
            at = yield from _skip(reader, at)
    yield from reader.flush(at)


def _skip(reader: _Reader, at: int) -> Generator[Yield, None, int]:
    """Leave out what is no structure; returns where it goes on."""
    yield from reader.flush(at)
    position = at + 1
    while position < reader.window.size:
        reader.load(position)
        match = NEXT.search(reader.data)
        if match:
            position += match.start()
            break
        position += max(len(reader.data) - (0 if reader.whole else 1024), 1)
    reader.run = min(position, reader.window.size)
    return reader.run


def _object(reader: _Reader, at: int, limit: int) -> Generator[Yield, None, int | None]:
    """One object or trailer; returns where it ends, or None if it cannot be read."""
    match = OBJECT.match(reader.data, at - reader.base)
    start = reader.base + match.end() if match else at + len(b"trailer")
    reader.seen.add(at)
    try:
        found = reader.parsed(start, limit)
    except SyntaxProblem as problem:
        reader.problems += MAX_PROBLEMS + 1 if isinstance(problem, CutOff) and limit == MAX_OBJECT_BYTES else 1
        yield reader.scope.broken("pdf-malformed", f"an object is not read: {problem}", at, 0, lost=True)
        return None
    number = int(match.group(1)) if match else -1
    look(found.values, at, reader.gathered)
    for value in found.values[:1]:
        reader.gathered.keep(number, value)
    if found.keyword == b"stream":
        entries = found.values[0] if found.values and isinstance(found.values[0], dict) else {}
        return (yield from _stream(reader, number, entries, found.end))
    return found.end


def _stream(reader: _Reader, number: int, entries: dict[str, Value], at: int) -> Generator[Yield, None, int | None]:
    window, scope = reader.window, reader.scope
    mark = window.read_at(at, 2)
    start = at + (2 if mark == b"\r\n" else 1 if mark[:1] in (b"\n", b"\r") else 0)
    length = entries.get("Length")
    if not isinstance(length, int) or length < 0 or not STREAM_END.match(window.read_at(start + length, 16)):
        end = reader.stream_end(start)
        if end < 0:
            reader.problems += 1
            reader.cut_off += 1
            yield scope.broken("pdf-malformed", "a stream has no end", start, 0, lost=True)
            return None
        tail = window.read_at(max(end - 2, start), min(2, end - start))
        length = end - start - (2 if tail == b"\r\n" else 1 if tail[-1:] in (b"\n", b"\r") else 0)
    yield from reader.flush(start)
    kept: dict[str, Value] = {key: entries[key] for key in entries if key in ("Filter", "DecodeParms")}
    stream = _Stream(kept, start, length)
    reader.streams.setdefault(number, []).append(stream)
    if "First" in entries and "N" in entries:
        yield from _object_stream(reader, entries, stream)
    elif entries.get("Type") == "EmbeddedFile":
        reader.gathered.files.setdefault(number, "")
    else:
        yield from _content(reader, stream, f"(stream {number})", raw=True)
    reader.run = start + length
    return start + length


def _content(reader: _Reader, stream: _Stream, name: str, raw: bool) -> Iterator[Yield]:
    """A stream's data to walk; `raw` is for drawing, pictures and fonts, which need not be unpacked to the end."""
    packed = reader.window.slice(stream.start, stream.length)
    decoded = decode(stream.entries, packed)
    incomplete = decoded.incomplete
    if not raw and decoded.unread:
        incomplete = f"unsupported filter {decoded.unread}"
    elif not raw and has_predictor(stream.entries):
        incomplete = "unsupported predictor"
    where = reader.scope.at(stream.start, stream.length)
    yield Nested(name, decoded.window, where, raw=raw, incomplete=incomplete)
    slack = packed.slice(decoded.used)
    if incomplete is None and slack.read_at(0, 64).strip(SPACE):
        yield Nested(f"{name}(slack)", slack, reader.scope.at(stream.start, 0), raw=True)


def _object_stream(reader: _Reader, entries: dict[str, Value], stream: _Stream) -> Iterator[Yield]:
    """7.5.7: objects packed together; pairs of number and offset stand before the first."""
    decoded = decode(stream.entries, reader.window.slice(stream.start, stream.length))
    first = entries.get("First")
    reason = decoded.incomplete
    if decoded.unread or has_predictor(stream.entries) or not isinstance(first, int) or first < 0:
        reason = f"unsupported object stream ({decoded.unread or 'its table is not direct'})"
    elif decoded.window.size > MAX_OBJECT_BYTES:
        reason = f"unsupported object stream of {decoded.window.size} bytes"
    else:
        reason = _packed_objects(reader, decoded.window.read_at(0, MAX_OBJECT_BYTES), first, stream.start) or reason
    where = reader.scope.at(stream.start, stream.length)
    yield Nested("(object stream)", decoded.window.slice(0, 0), where, incomplete=reason)


def _packed_objects(reader: _Reader, data: bytes, first: int, at: int) -> str | None:
    """Gather from them; the reason if one is not read. Objects that overlap are not: each is read up to the next."""
    table = [int(item) for item in data[:first].split() if item.isdigit() and len(item) < 11]
    numbers: dict[int, list[int]] = {}
    for number, offset in zip(table[::2], table[1::2], strict=False):
        numbers.setdefault(offset, []).append(number)
    offsets = sorted(numbers)
    reason = None
    for offset, following in zip(offsets, [*offsets[1:], len(data)], strict=False):
        reader.window.budget.tick()
        try:
            values = parse(data[first + offset : first + following], 0, True).values
        except SyntaxProblem as problem:
            reason = f"an object of it is not read: {problem}"
            continue
        look(values, at, reader.gathered)
        for number in numbers[offset] if values else ():
            reader.gathered.keep(number, values[0])
    return reason


def _found(reader: _Reader) -> Iterator[Yield]:
    """Objects that stand where the sequence has none: a table may name any offset."""
    window, at, count = reader.window, 0, 0
    reader.run = -1
    while at < window.size:
        chunk = window.read_at(at, BUFFER_BYTES)
        matches = [at + match.start() for match in OBJECT.finditer(chunk)]
        for offset in matches:
            if offset in reader.seen:
                continue
            count += 1
            if count > MAX_FOUND:
                yield reader.scope.broken(
                    "pdf-malformed", "more objects than are read stand in others", offset, 0, lost=True
                )
                return
            yield from _stray(reader, offset)
            if reader.cut_off > MAX_CUT_OFF:
                return
        if at + len(chunk) >= window.size:
            return
        at += max(len(chunk) - 1024, 1)


def _stray(reader: _Reader, at: int) -> Iterator[Yield]:
    """An object outside of the sequence; in packed data its bytes are chance, so what cannot be read is none."""
    reader.seen.add(at)
    reader.load(at, FOUND_BYTES)
    match = OBJECT.match(reader.data)
    if match is None:
        return
    try:
        found = reader.parsed(at + match.end(), FOUND_BYTES)
    except CutOff:
        reader.cut_off += 1
        yield reader.scope.broken(
            "pdf-malformed", "an object inside of another is too long to be read", at, 0, lost=True
        )
        return
    except SyntaxProblem:
        return
    look(found.values, at, reader.gathered)
    for value in found.values[:1]:
        reader.gathered.keep(int(match.group(1)), value)
        if found.keyword == b"stream" and isinstance(value, dict):
            yield from _stream(reader, int(match.group(1)), value, found.end)
            reader.run = -1


def _results(reader: _Reader) -> Iterator[Yield]:
    """What was gathered, now that every object is known."""
    scope, gathered = reader.scope, reader.gathered
    yield Metadata(scope.at(), "pdf", {"objects": len(reader.seen), "streams": len(reader.streams)})
    if gathered.encrypted:
        yield Nested("(encrypted)", reader.window.slice(0, 0), scope.at(0, 0), incomplete="encrypted")
    if gathered.overflow:
        yield scope.broken("pdf-malformed", "more actions and strings than are followed", 0, 0, lost=True)
    for action in settled(gathered):
        facts: dict[str, Json] = {"action": action.kind, "trigger": action.trigger, "target": action.target}
        yield Metadata(scope.at(action.at), "pdf-action", facts)
    for value, at in gathered.scripts:
        yield from _script(reader, value, at)
    for value, at in gathered.forms:
        yield from _form(reader, value, at)
    for number, name in gathered.files.items():
        for stream in reader.streams.get(number, []):
            yield from _content(reader, stream, name or f"(embedded file {number})", raw=False)


def _form(reader: _Reader, value: Value, at: int) -> Iterator[Yield]:
    """12.7.8: an XFA form is one XML document, in a stream or cut into several, which are joined here."""
    resolved = reader.gathered.resolve(value)
    pieces = resolved if isinstance(resolved, list) else [value]
    streams = [s for item in pieces if isinstance(item, Ref) for s in reader.streams.get(item.number, [])]
    contents = [decode(s.entries, reader.window.slice(s.start, s.length)) for s in streams[:MAX_FORM_PIECES]]
    reasons = [c.incomplete or f"unsupported filter {c.unread}" for c in contents if c.incomplete or c.unread]
    chunks = (chunk for content in contents for chunk in content.window.chunks())
    joined, stopped = spool_what_can_be_read(chunks, lambda: reader.window.size, reader.window.budget, ())
    if len(streams) > MAX_FORM_PIECES or any(has_predictor(s.entries) for s in streams):
        reasons.append("unsupported form")
    incomplete = stopped or next(iter(reasons), None)
    yield Nested("form.xml", joined, reader.scope.at(at, 0), format="xml-document", incomplete=incomplete)


def _script(reader: _Reader, value: Value, at: int) -> Iterator[Yield]:
    """A script stands in a string, or in a stream that it refers to."""
    where = reader.scope.at(at)
    resolved = reader.gathered.resolve(value)
    sources = [text(resolved)] if isinstance(resolved, bytes) else []
    for stream in reader.streams.get(getattr(value, "number", -2), []):
        decoded = decode(stream.entries, reader.window.slice(stream.start, stream.length))
        if decoded.unread or decoded.incomplete or has_predictor(stream.entries):
            reason = decoded.incomplete or f"unsupported filter {decoded.unread}"
            yield Nested("(script)", reader.window.slice(0, 0), reader.scope.at(stream.start, 0), incomplete=reason)
        sources.append(text(decoded.window.read_at(0, MAX_SCRIPT_BYTES)))
    for source in sources or [""]:
        yield Code(where, "javascript", source, "document")
        yield Metadata(where, "pdf-action", {"action": "JavaScript", "trigger": "", "target": source[:256]})


FORMAT = Format(
    id="pdf",
    title="PDF document",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"%PDF-"),),
    tail_magics=(b"startxref",),
    extensions=(".pdf",),
    opens_with="scripts and actions of the document, in readers that run them",
)
