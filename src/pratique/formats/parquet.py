"""Parquet: column chunks, then a footer that says where they are.

Source: https://github.com/apache/parquet-format (README and parquet.thrift). Reading executes nothing, but for
schemas that
pyarrow before 14.0.1 unpickled (CVE-2023-47248).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Member, Metadata, Table
from pratique.formats.arrow_schema import schema_parts
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.thrift_compact import BINARY, LIST, STRUCT, Compact, ThriftError
from pratique.formats.window import Window

MAGIC = b"PAR1"
ENCRYPTED = b"PARE"
TAIL_BYTES = 8
MAX_FOOTER_BYTES = 32 << 20
MAX_COPY_BYTES = 64 << 10
MAX_COLUMNS = 4096
ARROW_SCHEMA = "ARROW:schema"


@dataclass(slots=True)
class _Footer:
    columns: list[str] = field(default_factory=list)
    rows: int = 0
    created_by: str = ""
    pairs: dict[str, str] = field(default_factory=dict)
    regions: list[tuple[int, int]] = field(default_factory=list)  # column chunks, indexes, filters
    copies: list[int] = field(default_factory=list)  # where a column's metadata stands behind its chunk (`file_offset`)
    files: list[str] = field(default_factory=list)  # chunks that lie in other files


def probe(head: Head) -> int:
    size = head.window.size
    return CERTAIN if size >= 12 and head.window.read_at(size - 4, 4) in (MAGIC, ENCRYPTED) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    tail = window.read_at(window.size - TAIL_BYTES, TAIL_BYTES)
    length = int.from_bytes(tail[:4], "little")
    start = window.size - TAIL_BYTES - length
    if len(tail) < TAIL_BYTES or start < 4 or length > MAX_FOOTER_BYTES:
        yield scope.broken("parquet-footer", f"a footer of {length} bytes does not fit", lost=True)
        return
    if tail[4:] == ENCRYPTED:
        where = scope.at(0, window.size)
        yield Nested("columns", window.slice(0, start), where, raw=True, incomplete="the columns are encrypted")
        return
    footer = _Footer()
    try:
        _metadata(Compact(window.read_at(start, length)), footer, window)
    except ThriftError as error:
        yield scope.broken("parquet-footer", f"reading the footer stopped: {error}", start + error.offset, lost=True)
        return
    footer.regions += _copies(footer, window, start)
    yield Member(scope.at(0, 4), "parquet-magic", 4)
    for offset, size in footer.regions:
        if offset < 4 or offset + size > start:
            yield scope.broken("parquet-footer", f"a chunk of {size} bytes at {offset} lies outside", start)
            continue
        yield Member(scope.at(offset, size), "parquet-chunk", size)
    yield Table(scope.at(start, length + TAIL_BYTES), "parquet", tuple(footer.columns), footer.rows)
    pairs: dict[str, Json] = {key: value[:65_536] for key, value in footer.pairs.items() if key != ARROW_SCHEMA}
    files: list[Json] = [*footer.files]
    value: dict[str, Json] = {"created_by": footer.created_by, "key_value_metadata": pairs, "files": files}
    yield Metadata(scope.at(start, length, pointer=""), "parquet", value)
    yield from _arrow(footer.pairs.get(ARROW_SCHEMA), window, scope, start, length)


def _copies(footer: _Footer, window: Window, end: int) -> Iterator[tuple[int, int]]:
    """The copies of columns' metadata that some writers (Polars) leave behind each chunk."""
    for offset in footer.copies:
        if not 4 <= offset < end:
            continue
        copy = Compact(window.read_at(offset, min(MAX_COPY_BYTES, end - offset)))
        try:
            copy.skip(STRUCT)
        except ThriftError:
            continue
        yield offset, copy.at


def _metadata(footer: Compact, found: _Footer, window: Window) -> None:
    for number, kind in footer.fields():
        if number == 2 and kind == LIST:
            for _ in range(footer.list_head()[0]):
                window.budget.tick()
                _schema_element(footer, found)
        elif number == 3:
            found.rows = footer.integer()
        elif number == 4 and kind == LIST:
            for _ in range(footer.list_head()[0]):
                _row_group(footer, found, window)
        elif number == 5 and kind == LIST:
            for _ in range(footer.list_head()[0]):
                _pair(footer, found)
        elif number == 6 and kind == BINARY:
            found.created_by = footer.text()
        else:
            footer.skip(kind)


def _schema_element(footer: Compact, found: _Footer) -> None:
    for number, kind in footer.fields():
        if number == 4 and kind == BINARY:
            name = footer.text(256)
            if len(found.columns) < MAX_COLUMNS:
                found.columns.append(name)
        else:
            footer.skip(kind)


def _row_group(footer: Compact, found: _Footer, window: Window) -> None:
    for number, kind in footer.fields():
        if number == 1 and kind == LIST:
            for _ in range(footer.list_head()[0]):
                window.budget.tick()
                _column_chunk(footer, found)
        else:
            footer.skip(kind)


def _column_chunk(footer: Compact, found: _Footer) -> None:
    numbers: dict[int, int] = {}
    elsewhere = False
    chunk: tuple[int, int] | None = None
    for number, kind in footer.fields():
        if number == 1 and kind == BINARY:
            found.files.append(footer.text())
            elsewhere = True
        elif number == 3 and kind == STRUCT:
            chunk = _column(footer, found)
        elif number in (2, 4, 5, 6, 7):
            numbers[number] = footer.integer()
        else:
            footer.skip(kind)
    if chunk is not None and not elsewhere:
        found.regions.append(chunk)
        if numbers.get(2) == sum(chunk):
            found.copies.append(sum(chunk))
    for offset, length in ((4, 5), (6, 7)):
        if offset in numbers and length in numbers:
            found.regions.append((numbers[offset], numbers[length]))


def _column(footer: Compact, found: _Footer) -> tuple[int, int]:
    """Offset and length of the column's pages."""
    numbers: dict[int, int] = {}
    for number, kind in footer.fields():
        if number in (7, 9, 11, 14, 15):
            numbers[number] = footer.integer()
        else:
            footer.skip(kind)
    if 14 in numbers and 15 in numbers:
        found.regions.append((numbers[14], numbers[15]))
    starts = [numbers[n] for n in (9, 11) if numbers.get(n, 0) > 0]
    return min(starts, default=0), numbers.get(7, 0)


def _pair(footer: Compact, found: _Footer) -> None:
    key = value = ""
    for number, kind in footer.fields():
        if number == 1 and kind == BINARY:
            key = footer.text(512)
        elif number == 2 and kind == BINARY:
            value = footer.text(MAX_FOOTER_BYTES)
        else:
            footer.skip(kind)
    found.pairs[key] = value


def _arrow(encoded: str | None, window: Window, scope: Scope, start: int, length: int) -> Iterator[Yield]:
    """The Arrow schema that writers keep beside Parquet's own: an IPC message in base64."""
    if encoded is None:
        return
    try:
        message = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return
    head = 8 if message[:4] == b"\xff\xff\xff\xff" else 4
    inner = Window.of_bytes(message[head:], window.budget)
    for item in schema_parts(inner, scope):
        if isinstance(item, Nested):
            where = scope.at(start, length, pointer=item.where.pointer)
            yield Nested(item.name, item.window, where, item.format)
        elif isinstance(item, Metadata):
            yield Metadata(scope.at(start, length, pointer=item.where.pointer), item.document, item.value)


FORMAT = Format(
    id="parquet",
    title="Parquet table",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC), (0, ENCRYPTED)),
    extensions=(".parquet",),
    opens_with="nothing; pyarrow before 14.0.1 unpickled extension types of the schema",
)
