"""zlib: a two-byte header, deflate data, Adler-32 (RFC 1950)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.inflate import Inflate
from pratique.formats.streams import read_stream
from pratique.formats.window import Window

EXTENSIONS = (".z", ".zlib")


def _is_member(data: bytes) -> bool:
    return False


def probe(head: Head) -> int:
    try:
        content = zlib.decompressobj().decompress(head.data, 64)
    except zlib.error:
        return 0
    return CERTAIN if content or head.window.size < len(head.data) else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    yield from read_stream(window, scope, "zlib", lambda: Inflate(15), (zlib.error,), EXTENSIONS, _is_member)


FORMAT = Format(
    id="zlib",
    title="zlib stream",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"\x78\x01"), (0, b"\x78\x5e"), (0, b"\x78\x9c"), (0, b"\x78\xda")),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
