"""RIFF: a size and chunks, padded to even lengths (Multimedia Programming Interface 1.0; RFC 9649)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAX_CHUNKS = 1_000_000
KINDS = (b"WAVE", b"WEBP", b"AVI ")


def probe(head: Head) -> int:
    return CERTAIN if head.data[8:12] in KINDS else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    size = int.from_bytes(window.read_at(4, 4), "little") + 8
    end = window.size if size > window.size and window.read_at(0, 4) == b"RF64" else min(size + size % 2, window.size)
    yield Member(scope.at(0, end), "riff", end)
    if size > window.size and window.read_at(0, 4) == b"RIFF":
        yield scope.broken("riff-truncated", f"it claims {size} bytes and has {window.size}", 0, 0)


FORMAT = Format(
    id="riff",
    title="RIFF container (WAV, WebP, AVI)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"RIFF"), (0, b"RF64")),
    extensions=(".wav", ".webp", ".avi"),
    opens_with="nothing",
)
