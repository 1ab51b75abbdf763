"""zlib: a two-byte header, deflate data, Adler-32 (RFC 1950); also behind joblib's `ZF` header (before joblib 0.10)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Nested, Scope, Yield
from pratique.formats.inflate import Inflate
from pratique.formats.streams import read_stream
from pratique.formats.window import Window

EXTENSIONS = (".z", ".zlib")
ZFILE = b"ZF0x"
ZFILE_BYTES = 21  # joblib numpy_pickle_compat: "ZF", then the length in hexadecimal, padded to 19


def _is_member(data: bytes) -> bool:
    return False


def probe(head: Head) -> int:
    start = ZFILE_BYTES if head.data.startswith(ZFILE) else 0
    try:
        content = zlib.decompressobj().decompress(head.data[start:], 64)
    except zlib.error:
        return 0
    return CERTAIN if content or head.window.size < len(head.data) else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    if window.read_at(0, len(ZFILE)) == ZFILE:
        yield Metadata(scope.at(0, ZFILE_BYTES), "joblib-zfile", None)
        rest = window.slice(ZFILE_BYTES)
        yield Nested("(zlib)", rest, scope.at(ZFILE_BYTES, rest.size), format="zlib")
        return
    yield from read_stream(window, scope, "zlib", lambda: Inflate(15), (zlib.error,), EXTENSIONS, _is_member)


FORMAT = Format(
    id="zlib",
    title="zlib stream",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"\x78\x01"), (0, b"\x78\x5e"), (0, b"\x78\x9c"), (0, b"\x78\xda"), (0, ZFILE)),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
