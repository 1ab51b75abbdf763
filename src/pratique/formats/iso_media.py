"""ISO base media files (ISO/IEC 14496-12): MP4, M4A, MOV, AVIF and HEIC as a sequence of boxes."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_BOXES = 1_000_000


def probe(head: Head) -> int:
    size = int.from_bytes(head.data[:4], "big")
    return CERTAIN if head.data[4:8] == b"ftyp" and 8 <= size <= 4096 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    at = 0
    for _ in range(MAX_BOXES):
        window.budget.tick()
        head = window.read_at(at, 16)
        size = int.from_bytes(head[:4], "big")
        if len(head) < 8 or not all(32 <= byte < 127 or byte == 0xA9 for byte in head[4:8]):
            break
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        end = window.size if size == 0 else at + size
        if end < at + 8:
            break
        if end > window.size:
            yield scope.broken("iso-media-truncated", "a box ends behind the file", at, 0, lost=True)
            break
        at = end
    yield Member(scope.at(0, at), "iso-media", at)


FORMAT = Format(
    id="iso-media",
    title="ISO media (MP4, MOV, AVIF, HEIC)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((4, b"ftyp"),),
    extensions=(".mp4", ".m4a", ".m4v", ".mov", ".avif", ".heic", ".3gp"),
    opens_with="nothing",
)
