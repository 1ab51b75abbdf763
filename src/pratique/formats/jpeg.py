"""JPEG: marker segments and entropy-coded data up to the end marker (ITU-T T.81, annex B)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_CHUNKS = 1_000_000


def probe(head: Head) -> int:
    return CERTAIN if len(head.data) >= 20 and head.data[3] >= 0xC0 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    at, end = 2, 0
    for _ in range(MAX_CHUNKS):
        window.budget.tick()
        marker = window.read_at(at, 4)
        if len(marker) < 2 or marker[0] != 0xFF:
            break
        if marker[1] == 0xD9:
            end = at = at + 2
            if window.read_at(at, 3) != b"\xff\xd8\xff":
                break
            at += 2
        elif marker[1] == 0xFF or 0xD0 <= marker[1] <= 0xD7:
            at += 1 if marker[1] == 0xFF else 2
        else:
            at += 2 + int.from_bytes(marker[2:4], "big")
            at = _scan(window, at) if marker[1] == 0xDA else at
    yield Member(scope.at(0, end or min(at, window.size)), "jpeg-image", end or min(at, window.size))
    if not end:
        yield scope.broken("jpeg-truncated", "it ends without its end marker", min(at, window.size), 0, lost=True)


def _scan(window: Window, at: int) -> int:
    """The place of the next marker after entropy-coded data, in which 0xFF is followed by 0 or a restart marker."""
    while at < window.size:
        found = window.find(b"\xff", at)
        if found < 0:
            return window.size
        following = window.read_at(found + 1, 1)
        if following and following[0] != 0 and not 0xD0 <= following[0] <= 0xD7:
            return found
        at = found + 2
    return window.size


FORMAT = Format(
    id="jpeg",
    title="JPEG image",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"\xff\xd8\xff"),),
    extensions=(".jpg", ".jpeg", ".jpe", ".jfif"),
    opens_with="nothing",
)
