"""Fonts: the table directory of TrueType, OpenType and collections (ISO/IEC 14496-22), WOFF 1 and 2 (W3C), EOT."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

SFNT = (b"\0\1\0\0", b"OTTO", b"true", b"typ1")
MAX_TABLES = 256
MAX_FONTS = 256
RECORD = 16
EOT_VERSIONS = (0x00010000, 0x00020001, 0x00020002)


def probe(head: Head) -> int:
    data = head.data
    if data[:4] in (b"wOFF", b"wOF2"):
        return CERTAIN if len(data) >= 44 else 0
    if data[:4] == b"ttcf":
        return CERTAIN if 0 < int.from_bytes(data[8:12], "big") <= MAX_FONTS else 0
    if data[34:36] == b"LP":
        known = int.from_bytes(data[8:12], "little") in EOT_VERSIONS
        return CERTAIN if known and int.from_bytes(data[:4], "little") == head.window.size else 0
    count = int.from_bytes(data[4:6], "big")
    tags = [data[12 + RECORD * n : 16 + RECORD * n] for n in range(min(count, 4))]
    named = tags and all(len(tag) == 4 and tag.isascii() and tag.decode().isprintable() for tag in tags)
    return CERTAIN if data[:4] in SFNT and 0 < count <= MAX_TABLES and named else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    magic = window.read_at(0, 4)
    if magic in (b"wOFF", b"wOF2"):
        yield from _whole(window, scope, int.from_bytes(window.read_at(8, 4), "big"))
    elif magic == b"ttcf":
        count = min(int.from_bytes(window.read_at(8, 4), "big"), MAX_FONTS)
        yield Member(scope.at(0, 12 + 4 * count), "font-collection", 12 + 4 * count)
        for number in range(count):
            yield from _tables(window, scope, int.from_bytes(window.read_at(12 + 4 * number, 4), "big"))
    elif magic in SFNT:
        yield from _tables(window, scope, 0)
    else:
        yield from _whole(window, scope, int.from_bytes(magic, "little"))


def _whole(window: Window, scope: Scope, size: int) -> Iterator[Yield]:
    """A compressed font, which says how long it is."""
    yield Member(scope.at(0, min(size, window.size)), "font", min(size, window.size))
    if size > window.size:
        yield scope.broken("font-truncated", f"it claims {size} bytes and has {window.size}", 0, 0, lost=True)


def _tables(window: Window, scope: Scope, at: int) -> Iterator[Yield]:
    count = int.from_bytes(window.read_at(at + 4, 2), "big")
    yield Member(scope.at(at, 12 + RECORD * count), "font-directory", 12 + RECORD * count)
    for number in range(min(count, MAX_TABLES)):
        window.budget.tick()
        record = window.read_at(at + 12 + RECORD * number, RECORD)
        offset, size = int.from_bytes(record[8:12], "big"), int.from_bytes(record[12:16], "big")
        if len(record) < RECORD or offset + size > window.size:
            yield scope.broken("font-truncated", f"table {number} lies outside of the file", at, 0, lost=True)
            return
        padded = min(-size % 4, window.size - offset - size)  # each table begins at a multiple of four
        size += padded if not window.read_at(offset + size, padded).strip(b"\0") else 0
        yield Member(scope.at(offset, size), "font-table", size)


FORMAT = Format(
    id="font",
    title="font (TrueType, OpenType, WOFF, EOT)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=(*((0, magic) for magic in SFNT), (0, b"ttcf"), (0, b"wOFF"), (0, b"wOF2"), (34, b"LP")),
    extensions=(".ttf", ".otf", ".ttc", ".woff", ".woff2", ".eot"),
    opens_with="nothing; glyph programs run in the font engine's own machine",
)
