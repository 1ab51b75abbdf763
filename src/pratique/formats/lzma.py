"""LZMA alone (`.lzma`): properties, dictionary size, size, data (LZMA SDK, lzma-specification.txt)."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from functools import partial

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.streams import read_stream
from pratique.formats.window import Window

EXTENSIONS = (".lzma",)
MEMORY_BYTES = 256 << 20


def _is_member(data: bytes) -> bool:
    return False


def probe(head: Head) -> int:
    if len(head.data) < 14:
        return 0
    try:
        lzma.LZMADecompressor(lzma.FORMAT_ALONE, MEMORY_BYTES).decompress(head.data, 64)
    except lzma.LZMAError:
        return 0
    return CERTAIN


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    make = partial(lzma.LZMADecompressor, lzma.FORMAT_ALONE, MEMORY_BYTES)
    yield from read_stream(window, scope, "lzma", make, (lzma.LZMAError, EOFError), EXTENSIONS, _is_member)


FORMAT = Format(
    id="lzma",
    title="LZMA-alone stream",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, b"\x5d\x00\x00"),),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
