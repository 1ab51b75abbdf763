"""Arrow IPC: a stream of messages, as it is or wrapped in a file (`ARROW1`, Feather version 2).

Source: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc. Reading
executes
nothing, but for schemas that pyarrow before 14.0.1 unpickled (CVE-2023-47248).
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Table
from pratique.formats.arrow_schema import RECORD_BATCH, SCHEMA, schema_parts
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.flatbuffer import Flat, FlatError
from pratique.formats.window import Window

MAGIC = b"ARROW1"
CONTINUATION = b"\xff\xff\xff\xff"
MAX_MESSAGE_BYTES = 64 << 20


def probe(head: Head) -> int:
    if head.data[:6] == MAGIC:
        return CERTAIN if head.window.read_at(head.window.size - 6, 6) == MAGIC else 60
    if head.data[:4] != CONTINUATION:
        return 0
    length = int.from_bytes(head.data[4:8], "little")
    try:
        message = Flat(head.window.slice(8, length)).root()
        return CERTAIN if message.number(1, 1) == SCHEMA and message.place(2) else 0
    except FlatError:
        return 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wrapped = window.read_at(0, 6) == MAGIC
    at = 8 if wrapped else 0
    rows = 0
    if wrapped:
        yield Member(scope.at(0, 8), "arrow-magic", 8)
    while at < window.size:
        window.budget.tick()
        head = window.read_at(at, 8)
        length = int.from_bytes(head[4:8], "little")
        if head[:4] != CONTINUATION or len(head) < 8 or length > MAX_MESSAGE_BYTES:
            yield scope.broken("arrow-bounds", "no message where one should be", at, lost=True)
            return
        if length == 0:
            yield Member(scope.at(at, 8), "arrow-end", 8)
            at += 8
            break
        try:
            message = Flat(window.slice(at + 8, length)).root()
            kind, body = message.number(1, 1), message.number(3, 8)
            batch = message.table(2) if kind == RECORD_BATCH else None
            rows += batch.number(0, 8) if batch is not None else 0
        except FlatError as error:
            yield scope.broken("arrow-bounds", f"a message cannot be read: {error}", at, lost=True)
            return
        end = at + 8 + length + body
        if end > window.size:
            yield scope.broken("arrow-bounds", f"a body of {body} bytes runs out of the file", at, lost=True)
            return
        if kind == SCHEMA:
            yield from schema_parts(window.slice(at + 8, length), scope)
        yield Member(scope.at(at, end - at), "arrow-message", end - at)
        at = end
    if wrapped:
        yield from _footer(window, scope, at)
    yield Table(scope.at(pointer=""), "arrow", (), rows)


def _footer(window: Window, scope: Scope, at: int) -> Iterator[Yield]:
    tail = window.read_at(window.size - 10, 10)
    length = int.from_bytes(tail[:4], "little")
    start = window.size - 10 - length
    if tail[4:] != MAGIC or start != at:
        yield scope.broken("arrow-bounds", "no footer follows the last message", at, lost=True)
        return
    yield Member(scope.at(start, length + 10), "arrow-footer", length + 10)


FORMAT = Format(
    id="arrow",
    title="Arrow table",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC), (0, CONTINUATION)),
    extensions=(".arrow", ".feather", ".ipc"),
    opens_with="nothing; pyarrow before 14.0.1 unpickled extension types of the schema",
)
