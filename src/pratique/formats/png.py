"""PNG: a signature and chunks of length, type, data and CRC (PNG specification, third edition, section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_CHUNKS = 1_000_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def probe(head: Head) -> int:
    return CERTAIN if head.data[:8] == SIGNATURE and head.data[12:16] == b"IHDR" else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    at = len(SIGNATURE)
    for _ in range(MAX_CHUNKS):
        window.budget.tick()
        chunk = window.read_at(at, 8)
        if len(chunk) < 8:
            break
        end = at + 12 + int.from_bytes(chunk[:4], "big")
        if end > window.size:
            yield Member(scope.at(0, at), "png-image", at)
            yield scope.broken("png-truncated", "a chunk ends behind the file", at, 0, lost=True)
            return
        at = end
        if chunk[4:] == b"IEND":
            break
    yield Member(scope.at(0, at), "png-image", at)


FORMAT = Format(
    id="png",
    title="PNG image",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, SIGNATURE),),
    extensions=(".png", ".apng"),
    opens_with="nothing",
)
