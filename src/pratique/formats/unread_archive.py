"""Archives that are recognised and not read: RAR, CAB. Their content is a gap, never clean.

Sources: RAR 5.0 archive format (technote), [MS-CAB] 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.window import Window

EMPTY_RAR = b"Rar!\x1a\x07\0\xcf\x90s\0\0\r" + bytes(7)  # RAR 4: the marker and a main header, and no member
MAGICS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"Rar!\x1a\x07\0", "RAR 4"),
    (0, b"Rar!\x1a\x07\x01\0", "RAR 5"),
    (0, b"MSCF\0\0\0\0", "CAB"),
)


def _kind(window: Window) -> str | None:
    for offset, magic, kind in MAGICS:
        if window.read_at(offset, len(magic)) == magic:
            return kind
    return None


def probe(head: Head) -> int:
    return CERTAIN if _kind(head.window) is not None else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    kind = _kind(window)
    if window.size == len(EMPTY_RAR) and window.read_at(0, window.size) == EMPTY_RAR:
        yield Metadata(scope.at(0, window.size), "unread-archive", {"kind": kind, "members": 0})
        return
    yield Metadata(scope.at(), "unread-archive", {"kind": kind})
    reason = f"unsupported archive format {kind}: its members were not read"
    yield Nested("(members)", window.slice(0, 0), scope.at(0, window.size), incomplete=reason)


FORMAT = Format(
    id="unread-archive",
    title="archive that is not read (RAR, CAB)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=tuple((offset, magic) for offset, magic, _ in MAGICS),
    extensions=(".rar", ".cab"),
    opens_with="what its members execute",
)
