"""TIFF 6.0 and BigTIFF: directories of tags, and what they point at."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
OFFSETS, COUNTS = (273, 324, 513), (279, 325, 514)  # strips, tiles, JPEG interchange
DIRECTORIES = (330, 34665, 34853, 40965)  # SubIFDs, Exif, GPS, interoperability
MAX_DIRECTORIES = 10_000
MAX_VALUES = 4_000_000


def probe(head: Head) -> int:
    first = int.from_bytes(head.data[4:8], "little" if head.data[:2] == b"II" else "big")
    return CERTAIN if first >= 8 or head.data[2:4] in (b"+\0", b"\0+") else 0


class _Reader:
    def __init__(self, window: Window) -> None:
        head = window.read_at(0, 16)
        self.window = window
        self.order = "little" if head[:2] == b"II" else "big"
        self.wide = 43 in (head[2], head[3])
        self.first = self.number(head[8:16] if self.wide else head[4:8])
        self.end = 16 if self.wide else 8

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self.order == "little" else "big")

    def seen(self, offset: int, size: int) -> bool:
        """Note a region; whether it lies in the file."""
        self.end = max(self.end, min(offset + size, self.window.size))
        return offset + size <= self.window.size

    def directory(self, at: int) -> tuple[list[int], bool]:
        """The directories that this one points at, and whether all that it names lies in the file."""
        width, entry = (8, 20) if self.wide else (2, 12)
        count = self.number(self.window.read_at(at, width))
        follow: list[int] = []
        whole = self.seen(at, width + entry * count + (8 if self.wide else 4))
        regions: dict[int, list[int]] = {}
        for place in range(at + width, min(at + width + entry * count, self.window.size), entry):
            self.window.budget.tick()
            tag, values, inside = self.values(place)
            whole = whole and inside
            if tag in DIRECTORIES:
                follow += values
            elif tag in OFFSETS or tag in COUNTS:
                regions[tag] = values
        for offsets, counts in zip(OFFSETS, COUNTS, strict=True):
            for offset, size in zip(regions.get(offsets, ()), regions.get(counts, ()), strict=False):
                whole = self.seen(offset, size) and whole
        after = at + width + entry * count
        follow.append(self.number(self.window.read_at(after, 8 if self.wide else 4)))
        return follow, whole

    def values(self, place: int) -> tuple[int, list[int], bool]:
        record = self.window.read_at(place, 20 if self.wide else 12)
        tag, kind = self.number(record[:2]), self.number(record[2:4])
        count = self.number(record[4:12] if self.wide else record[4:8])
        inline = record[12:] if self.wide else record[8:]
        size = SIZES.get(kind, 1) * count
        inside, data = True, inline[:size]
        if size > len(inline):
            offset = self.number(inline)
            inside = self.seen(offset, size)
            wanted = tag in OFFSETS or tag in COUNTS or tag in DIRECTORIES
            data = self.window.read_at(offset, min(size, MAX_VALUES)) if wanted else b""
        step = SIZES.get(kind, 1)
        return tag, [self.number(data[i : i + step]) for i in range(0, len(data) - step + 1, step)], inside


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    reader = _Reader(window)
    pending, done, whole = [reader.first], set[int](), True
    while pending and len(done) < MAX_DIRECTORIES:
        at = pending.pop()
        if at == 0 or at in done:
            continue
        done.add(at)
        follow, inside = reader.directory(at)
        whole = whole and inside
        pending += follow[:MAX_DIRECTORIES]
    yield Member(scope.at(0, reader.end), "tiff-image", reader.end)
    if not whole:
        yield scope.broken("tiff-truncated", "a directory or its data lies outside of the file", 0, 0, lost=True)


FORMAT = Format(
    id="tiff",
    title="TIFF image",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"II*\0"), (0, b"MM\0*"), (0, b"II+\0"), (0, b"MM\0+")),
    extensions=(".tif", ".tiff", ".dng"),
    opens_with="nothing",
)
