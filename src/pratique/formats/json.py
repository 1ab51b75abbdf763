"""JSON (RFC 8259), and JSON lines. Nothing executes; what configurations name is yielded by `documents`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Member, Table, Text
from pratique.formats.contract import LIKELY, Format, Head, Scope, Yield
from pratique.formats.documents import parts_of_document
from pratique.formats.window import Window

MAX_PARSED_BYTES = 64 << 20  # as much as a window reads at once
MAX_LINE_BYTES = 16 << 20
MAX_SHOWN_BYTES = 32 << 10  # of a document that code beside it may read
SPACE = b" \t\r\n"
BOM = b"\xef\xbb\xbf"


def probe(head: Head) -> int:
    data = head.data.removeprefix(BOM).lstrip(SPACE)
    if data[:1] not in (b"{", b"["):
        return 0
    try:
        text = data.decode("utf-8", "ignore")
        _, end = json.JSONDecoder().raw_decode(text)
    except RecursionError:
        return LIKELY
    except json.JSONDecodeError as error:
        # A document longer than the head ends inside a value; anything else is another language.
        whole = head.window.size <= len(head.data)
        inside = error.pos > len(text) - 256 or "Unterminated string" in error.msg
        return LIKELY if not whole and inside and _starts_like_json(data) else 0
    return LIKELY + 1 if end else 0


def _starts_like_json(data: bytes) -> bool:
    after = data[1:].lstrip(SPACE)[:1]
    return after in (b'"', b"}") if data[:1] == b"{" else after in b'"{[]-0123456789tfn'


class _Object(dict[str, Any]):
    """A JSON object that remembers which keys stood twice."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        made.twice = tuple(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return made


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    if window.size > MAX_PARSED_BYTES:
        yield scope.broken("json-too-large", f"JSON of more than {MAX_PARSED_BYTES} bytes is not parsed", lost=True)
        return
    data = window.read_at(0, MAX_PARSED_BYTES)
    try:
        text = data.removeprefix(BOM).decode("utf-8")
        value, end = json.JSONDecoder(object_pairs_hook=_object).raw_decode(text.lstrip())
    except (ValueError, RecursionError) as error:
        yield scope.broken("json-malformed", f"not JSON: {error}", 0, window.size, lost=True)
        return
    rest = text.lstrip()[end:]
    if rest.strip():
        yield from _lines(text, window, scope)
        return
    yield Member(scope.at(0, window.size), "json-document", window.size)
    if window.size <= MAX_SHOWN_BYTES:
        yield Text(scope.at(), text, "json")
    yield from _duplicates(value, scope)
    yield from parts_of_document(value, scope)


def _duplicates(value: Any, scope: Scope) -> Iterator[Yield]:
    pending, count = [value], 0
    while pending and count < MAX_LINE_BYTES:
        node = pending.pop()
        count += 1
        if isinstance(node, _Object) and node.twice:
            keys = ", ".join(repr(key) for key in node.twice[:5])
            yield scope.broken("json-duplicate-key", f"an object has {keys} twice: parsers take one or the other", 0, 0)
            return
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        pending.extend(child for child in children if isinstance(child, dict | list))


def _lines(text: str, window: Window, scope: Scope) -> Iterator[Yield]:
    """JSON lines: one value a line. The first line that is none ends it."""
    rows, offset = 0, 0
    columns: tuple[str, ...] = ()
    for line in text.splitlines(keepends=True):
        window.budget.tick()
        size = len(line.encode("utf-8"))
        if line.strip():
            try:
                value: Json = json.loads(line)
            except (ValueError, RecursionError) as error:
                message = f"neither one JSON document nor JSON lines: {error}"
                yield scope.broken("json-malformed", message, offset, window.size - offset, lost=True)
                break
            rows += 1
            if rows == 1 and isinstance(value, dict):
                columns = tuple(value)
        offset += size
    bom = len(window.read_at(0, 3)) if window.read_at(0, 3) == BOM else 0
    yield Table(scope.at(0, min(offset + bom, window.size)), "jsonl", columns, rows)


FORMAT = Format(
    id="json",
    title="JSON, JSON lines",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    first_bytes=b" \t\r\n{[\xef",
    extensions=(".json", ".jsonl", ".ndjson"),
    opens_with="nothing by itself; a configuration can name code that its loader imports",
    families=("text", "yaml", "keras-config", "notebook", "xgboost-json", "ipynb"),
)
