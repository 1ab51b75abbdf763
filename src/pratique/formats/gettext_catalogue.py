"""Message catalogues of gettext, compiled (.mo): tables of originals and translations, and a hash table.

Source: GNU gettext manual, 10.3 "The Format of GNU MO Files". Reading one executes nothing; the rule for plurals in its header is
an expression that readers evaluate by a grammar of their own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata, Text
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

LITTLE, BIG = b"\xde\x12\x04\x95", b"\x95\x04\x12\xde"
HEADER_BYTES = 28
SHOWN_BYTES = 1 << 20
MAX_MESSAGES = 300_000
MAX_SEGMENTS, LAST_SEGMENT = 64, 0xFFFFFFFF


def probe(head: Head) -> int:
    data = head.data
    if data[:4] not in (LITTLE, BIG) or len(data) < HEADER_BYTES:
        return 0
    revision, count, originals = struct.unpack(_order(data) + "3I", data[4:16])
    return CERTAIN if revision >> 16 in (0, 1) and originals + 8 * count <= head.window.size else 0


def _order(data: bytes) -> str:
    return "<" if data[:4] == LITTLE else ">"


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    header = window.read_at(0, HEADER_BYTES)
    order = _order(header)
    revision, count, originals, translations, hashes, hash_table = struct.unpack(order + "6I", header[4:])
    if count > MAX_MESSAGES or 16 * count > window.size or max(originals, translations) + 8 * count > window.size:
        message = f"tables of {count} messages do not fit {window.size} bytes"
        yield scope.broken("gettext-malformed", message, 0, HEADER_BYTES, lost=True)
        return
    ranges = [(0, HEADER_BYTES), (hash_table, 4 * hashes), (originals, 8 * count), (translations, 8 * count)]
    for table in (originals, translations):
        numbers = iter(struct.unpack(f"{order}{2 * count}I", window.read_at(table, 8 * count)))
        ranges.extend((offset, length + 1) for length, offset in zip(numbers, numbers, strict=True))  # a NUL follows
    if revision & 0xFFFF:
        ranges.extend(_by_system(window, order))
    if any(start + length > window.size for start, length in ranges):
        yield scope.broken("gettext-malformed", "a message lies outside of the file", 0, 0, lost=True)
    yield from _merged(window, scope, ranges)
    yield Metadata(scope.at(), "gettext-catalogue", {"messages": count, "revision": revision & 0xFFFF})
    if count:
        start, length = ranges[4 + count]
        text = window.read_at(start, min(length - 1, SHOWN_BYTES)).decode("utf-8", "replace")
        yield Text(scope.at(), text, "gettext-header")


def _by_system(window: Window, order: str) -> Iterator[tuple[int, int]]:
    """Revision 1: strings with parts that differ from system to system (glibc, intl/gmo.h, `sysdep_string`)."""

    def numbers(at: int, count: int) -> tuple[int, ...]:
        data = window.read_at(at, 4 * min(count, window.size // 4))
        return struct.unpack(f"{order}{len(data) // 4}I", data[: len(data) // 4 * 4])

    yield HEADER_BYTES, 20
    fields = numbers(HEADER_BYTES, 5)
    if len(fields) < 5:
        return
    segments, segments_at, strings, *tables = fields
    yield segments_at, 8 * segments
    pairs = numbers(segments_at, 2 * segments)
    yield from zip(pairs[1::2], pairs[::2], strict=False)
    for table in tables:
        yield table, 4 * strings
        for at in numbers(table, min(strings, MAX_MESSAGES)):
            start, size, place = numbers(at, 1), 0, at + 4
            for _ in range(MAX_SEGMENTS):
                window.budget.tick()
                segment = numbers(place, 2)
                place += 8
                size += segment[0] if segment else 0
                if len(segment) < 2 or segment[1] == LAST_SEGMENT:
                    break
            yield at, place - at
            yield (start or (0,))[0], size


def _merged(window: Window, scope: Scope, ranges: list[tuple[int, int]]) -> Iterator[Yield]:
    """One part for each run of bytes that the tables name."""
    begin = end = 0
    for start, length in sorted(ranges):
        stop = min(start + length, window.size)
        if start > end:
            yield Member(scope.at(begin, end - begin), "gettext-messages", end - begin)
            begin = start
        end = max(end, stop)
    yield Member(scope.at(begin, end - begin), "gettext-messages", end - begin)


FORMAT = Format(
    id="gettext-catalogue",
    title="message catalogue of gettext (.mo)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, LITTLE), (0, BIG)),
    extensions=(".mo", ".gmo"),
    opens_with="nothing",
)
