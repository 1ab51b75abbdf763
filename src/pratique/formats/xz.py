"""xz: one or more streams (The .xz File Format 1.2.1). Opening it executes nothing."""

from __future__ import annotations

import lzma
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.streams import Decoder, read_stream
from pratique.formats.window import Window

MAGIC = b"\xfd7zXZ\0"
EXTENSIONS = (".xz", ".txz")
ERRORS = (lzma.LZMAError, EOFError, ValueError, MemoryError)
MEMORY_BYTES = 128 << 20  # `xz -9` needs 65 MiB to unpack


def probe(head: Head) -> int:
    return CERTAIN if head.data[:6] == MAGIC and len(head.data) >= 12 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    def make() -> Decoder:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_BYTES)

    yield from read_stream(window, scope, "xz", make, ERRORS, EXTENSIONS, _is_member)


def _is_member(data: bytes) -> bool:
    return data.startswith(MAGIC)


FORMAT = Format(
    id="xz",
    title="xz-compressed data",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
