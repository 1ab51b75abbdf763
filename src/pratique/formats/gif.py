"""GIF87a and GIF89a: a screen, blocks of sub-blocks, a trailer (GIF89a specification)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_CHUNKS = 1_000_000


def probe(head: Head) -> int:
    return CERTAIN if len(head.data) >= 14 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    at = 13 + _table(window.read_at(10, 1))
    for _ in range(MAX_CHUNKS):
        window.budget.tick()
        kind = window.read_at(at, 1)
        if kind == b";":
            yield Member(scope.at(0, at + 1), "gif-image", at + 1)
            return
        if kind == b"!":
            at = _blocks(window, at + 2)
        elif kind == b",":
            at = _blocks(window, at + 11 + _table(window.read_at(at + 9, 1)))
        else:
            break
    yield Member(scope.at(0, min(at, window.size)), "gif-image", min(at, window.size))
    yield scope.broken("gif-truncated", "it ends without its trailer", min(at, window.size), 0, lost=True)


def _table(packed: bytes) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 << ((packed[0] & 7) + 1) if packed and packed[0] & 0x80 else 0


def _blocks(window: Window, at: int) -> int:
    """The place behind a run of sub-blocks."""
    for _ in range(MAX_CHUNKS):
        size = window.read_at(at, 1)
        at += 1 + (size[0] if size else 0)
        if not size or size == b"\0":
            return at
    return at


FORMAT = Format(
    id="gif",
    title="GIF image",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"GIF87a"), (0, b"GIF89a")),
    extensions=(".gif",),
    opens_with="nothing",
)
