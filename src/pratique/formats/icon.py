"""Icons and bitmaps: ICO and CUR, BMP (Microsoft, Windows GDI), ICNS (Apple)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

ENTRY = 16
MAX_PICTURES = 4096
BITMAP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)


def probe(head: Head) -> int:
    data = head.data
    if data[:4] == b"icns":
        return CERTAIN if int.from_bytes(data[4:8], "big") >= 16 else 0
    if data[:2] == b"BM":
        return CERTAIN if int.from_bytes(data[14:18], "little") in BITMAP_HEADERS and data[6:10] == bytes(4) else 0
    count = int.from_bytes(data[4:6], "little")
    offset, size = int.from_bytes(data[18:22], "little"), int.from_bytes(data[14:18], "little")
    whole = 0 < count <= MAX_PICTURES and data[9:10] == b"\0" and offset >= 6 + ENTRY * count
    return CERTAIN if data[:4] in (b"\0\0\1\0", b"\0\0\2\0") and whole and 0 < size < 1 << 24 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    magic = window.read_at(0, 8)
    if magic[:4] == b"icns":
        yield from _whole(window, scope, int.from_bytes(magic[4:8], "big"))
    elif magic[:2] == b"BM":
        claimed = int.from_bytes(magic[2:6], "little")
        yield from _whole(window, scope, claimed or window.size)
    else:
        yield from _pictures(window, scope)


def _whole(window: Window, scope: Scope, size: int) -> Iterator[Yield]:
    yield Member(scope.at(0, min(size, window.size)), "icon", min(size, window.size))
    if size > window.size:
        yield scope.broken("icon-truncated", f"it claims {size} bytes and has {window.size}", 0, 0, lost=True)


def _pictures(window: Window, scope: Scope) -> Iterator[Yield]:
    count = min(int.from_bytes(window.read_at(4, 2), "little"), MAX_PICTURES)
    yield Member(scope.at(0, 6 + ENTRY * count), "icon-directory", 6 + ENTRY * count)
    for number in range(count):
        window.budget.tick()
        entry = window.read_at(6 + ENTRY * number, ENTRY)
        size, offset = int.from_bytes(entry[8:12], "little"), int.from_bytes(entry[12:16], "little")
        if len(entry) < ENTRY or offset + size > window.size:
            yield scope.broken("icon-truncated", f"picture {number} lies outside of the file", 6, 0, lost=True)
            return
        yield Member(scope.at(offset, size), "icon-picture", size)


FORMAT = Format(
    id="icon",
    title="icon or bitmap (ICO, CUR, ICNS, BMP)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"\0\0\1\0"), (0, b"\0\0\2\0"), (0, b"icns"), (0, b"BM")),
    extensions=(".ico", ".cur", ".icns", ".bmp", ".dib"),
    opens_with="nothing",
)
