"""TOML 1.0, parsed by the standard library. Nothing executes; what configurations name is yielded by `documents`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Text
from pratique.formats.contract import POSSIBLE, Format, Head, Scope, Yield
from pratique.formats.documents import parts_of_document
from pratique.formats.text import encoding_of
from pratique.formats.window import Window

MAX_BYTES = 16 << 20
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")


def probe(head: Head) -> int:
    """Nearly any list of `key = value` is TOML: content decides that it is text, the name that it is read as this."""
    named = head.name.lower().endswith((".toml", *LOCKS))
    return POSSIBLE if named and encoding_of(head.data, head.window.size <= len(head.data)) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    import tomllib

    if window.size > MAX_BYTES:
        yield scope.broken("toml-too-large", f"TOML of more than {MAX_BYTES} bytes is not parsed", lost=True)
        return
    text = window.read_at(0, MAX_BYTES).decode("utf-8", "replace")
    yield Text(scope.at(0, window.size), text)
    try:
        value = tomllib.loads(text)
    except (ValueError, RecursionError):
        return  # no loader takes it either: it stays the text that it is
    yield from parts_of_document(_json(value), scope)


def _json(value: object) -> Json:
    """Dates and times, which JSON has not, as their text. `tomllib` bounds the depth by Python's own recursion limit."""
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) else None


FORMAT = Format(
    id="toml",
    title="TOML",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    extensions=(".toml",),
    opens_with="nothing by itself; a configuration can name code that its loader imports",
    families=("text", "yaml"),
)
