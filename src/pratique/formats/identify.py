"""Which formats a window holds, by content. A name is only ever a claim."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from pratique.formats.contract import CERTAIN, HEAD_BYTES, Format, Head
from pratique.formats.index import FORMATS, FormatEntry
from pratique.formats.window import Window

TAIL_BYTES = 65_536 + 22  # zip's end record with the longest comment (APPNOTE 4.3.16)


@cache
def load(format_id: str) -> Format:
    """The format with this id; its module is imported now."""
    for entry in FORMATS:
        if entry.id == format_id:
            found: Format = import_module(entry.module).FORMAT
            return found
    raise KeyError(format_id)


@cache
def claimed_formats(extension: str) -> tuple[str, ...]:
    """The formats that a file-name extension (with its dot, lower case) claims."""
    return tuple(entry.id for entry in FORMATS if extension in entry.extensions)


def extensions_of(name: str) -> tuple[str, ...]:
    """The extensions of a name, longest first: `.tar.gz`, then `.gz`."""
    parts = name.lower().lstrip(".").split(".")[1:]
    return tuple("." + ".".join(parts[i:]) for i in range(max(len(parts) - 2, 0), len(parts)))


def identify(window: Window, name: str) -> list[Format]:
    """Every certain format of the window, or the single most likely one; empty when no reader knows it.

    `name` only orders formats that are equally likely by content.
    """
    head = Head(window.read_at(0, HEAD_BYTES), window, name)
    if not head.data:
        return []
    tail = window.read_at(max(window.size - TAIL_BYTES, 0), TAIL_BYTES)
    claims = {claim for extension in extensions_of(name) for claim in claimed_formats(extension)}
    scored: list[tuple[int, bool, str, Format]] = []
    for entry in _candidates(head.data, tail):
        format_ = load(entry.id)
        score = format_.probe(head)
        if score > 0:
            scored.append((score, entry.id in claims, entry.id, format_))
    certain = [item for item in scored if item[0] >= CERTAIN]
    if certain:
        return [item[3] for item in sorted(certain, key=lambda item: item[2])]
    if not scored:
        return []
    return [max(scored, key=lambda item: (item[0], item[1], item[2]))[3]]


def identify_by_magic(window: Window, name: str) -> list[Format]:
    """The formats that the window's first bytes certainly are: for raw data, where a likelihood means nothing."""
    head = Head(window.read_at(0, HEAD_BYTES), window, name)
    marked = _beginning_with(head.data[0]) if head.data else ()
    found = (load(entry.id) for entry, _ in marked if _has_magic(entry, head.data))
    return [format_ for format_ in found if format_.probe(head) >= CERTAIN]


def _has_magic(entry: FormatEntry, head: bytes) -> bool:
    return any(head.startswith(magic, at) for at, magic in entry.magics)


def _candidates(head: bytes, tail: bytes) -> Iterator[FormatEntry]:
    for entry, unmarked in _beginning_with(head[0]):
        if unmarked or _has_magic(entry, head) or any(magic in tail for magic in entry.tail_magics):
            yield entry


@cache
def _beginning_with(first: int) -> tuple[tuple[FormatEntry, bool], ...]:
    """The formats of which a file with this first byte may be one, and whether nothing else marks them."""
    found: list[tuple[FormatEntry, bool]] = []
    for entry in FORMATS:
        if not (entry.magics or entry.tail_magics):
            found += [(entry, True)] if not entry.first_bytes or first in entry.first_bytes else []
        elif entry.tail_magics or any(at or magic[0] == first for at, magic in entry.magics):
            found.append((entry, False))
    return tuple(found)
