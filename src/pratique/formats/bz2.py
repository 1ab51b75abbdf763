"""bzip2: one or more streams (`BZh1`–`BZh9`, bzip2 1.0.8 source). Opening it executes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.streams import read_stream
from pratique.formats.window import Window

MAGIC = b"BZh"
BLOCK, END = bytes.fromhex("314159265359"), bytes.fromhex("177245385090")
EXTENSIONS = (".bz2", ".tbz2", ".tbz")
ERRORS = (OSError, EOFError, ValueError)


def probe(head: Head) -> int:
    data = head.data
    return CERTAIN if data[:3] == MAGIC and data[3:4].isdigit() and data[4:10] in (BLOCK, END) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    import bz2

    yield from read_stream(window, scope, "bz2", bz2.BZ2Decompressor, ERRORS, EXTENSIONS, _is_member)


def _is_member(data: bytes) -> bool:
    return data.startswith(MAGIC)


FORMAT = Format(
    id="bz2",
    title="bzip2-compressed data",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
