"""Arrow schemas: columns, and the extension types that their metadata names.

Source: https://github.com/apache/arrow/blob/main/format/Schema.fbs and Message.fbs; CVE-2023-47248 for
`arrow.py_extension_type`, whose metadata is a pickle.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.part import Json, Metadata, Table
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.flatbuffer import Flat, FlatError
from pratique.formats.flatbuffer import Table as FlatTable
from pratique.formats.window import Window

SCHEMA = 1  # MessageHeader
RECORD_BATCH = 3
EXTENSION_NAME = "ARROW:extension:name"
EXTENSION_METADATA = "ARROW:extension:metadata"
PICKLED = "arrow.py_extension_type"
MAX_DEPTH = 32
MAX_FIELDS = 65_536


def schema_parts(message: Window, scope: Scope) -> Iterator[Yield]:
    """The parts of one Message that holds a schema; nothing for other messages or when it cannot be read."""
    try:
        header = Flat(message).root()
        schema = header.table(2) if header.number(1, 1) == SCHEMA else None
        if schema is not None:
            yield from table_parts(schema, scope)
    except FlatError:
        return  # the caller accounts for the bytes and reports what does not parse


def table_parts(schema: FlatTable, scope: Scope) -> Iterator[Yield]:
    """Columns and extension types of a Schema table. Raises `FlatError`."""
    columns: list[str] = []
    extensions: list[Yield] = []
    pending = [(entry, "", 0) for entry in schema.tables(1)]
    pending.reverse()
    seen = 0
    while pending and seen < MAX_FIELDS:
        entry, prefix, depth = pending.pop()
        seen += 1
        name = prefix + entry.string(0, 256)
        columns.append(name)
        extensions.extend(_extension(entry, name, scope))
        if depth < MAX_DEPTH:
            pending.extend((child, name + ".", depth + 1) for child in entry.tables(5))
    pairs: dict[str, Json] = {pair.string(0, 256): pair.string(1, 65_536) for pair in schema.tables(2)}
    yield Table(scope.at(pointer="/schema"), "arrow", tuple(columns[:4096]), 0)
    yield Metadata(scope.at(pointer="/schema"), "arrow", {"custom_metadata": pairs})
    yield from extensions


def _extension(entry: FlatTable, name: str, scope: Scope) -> Iterator[Yield]:
    extension = ""
    metadata: tuple[int, int] = (0, 0)
    for pair in entry.tables(6):
        key = pair.string(0, 256)
        if key == EXTENSION_NAME:
            extension = pair.string(1, 256)
        elif key == EXTENSION_METADATA:
            metadata = pair.vector(1, 1)
    if not extension:
        return
    pointer = f"/schema/{name}"
    yield Metadata(scope.at(pointer=pointer), "arrow-extension", {"column": name, "extension": extension})
    if extension == PICKLED and metadata[1]:
        content = entry.flat.window.slice(*metadata)
        yield Nested(f"{name}-extension", content, scope.at(pointer=pointer), "pickle")
