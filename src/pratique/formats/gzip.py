"""gzip: one or more members, each a header, deflated data, a CRC and a size (RFC 1952). Opening it executes nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.inflate import Inflate
from pratique.formats.streams import read_stream
from pratique.formats.window import Window

MAGIC = b"\x1f\x8b\x08"
EXTENSIONS = (".gz", ".tgz", ".gzip")
NAMED, COMMENTED, EXTRA, RESERVED = 8, 16, 4, 0xE0
MAX_FIELD_BYTES = 4096


def probe(head: Head) -> int:
    """Three bytes occur by chance in any large file, so the beginning must also unpack."""
    if len(head.data) < 10 or head.data[:3] != MAGIC or head.data[3] & RESERVED:
        return 0
    try:
        Inflate(31).decompress(head.data, 256)
    except zlib.error:
        return 0
    return CERTAIN


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    yield _header(window, scope)
    yield from read_stream(
        window, scope, "gzip", lambda: Inflate(16 + zlib.MAX_WBITS), (zlib.error,), EXTENSIONS, _is_member
    )


def _is_member(data: bytes) -> bool:
    return data.startswith(MAGIC)


def _header(window: Window, scope: Scope) -> Metadata:
    """The first member's own claims: the original name and comment decide nothing."""
    data = window.read_at(0, 10 + 2 * MAX_FIELD_BYTES)
    flags, at = data[3], 10
    if flags & EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    value: dict[str, str | int | None] = {"flags": flags}
    for flag, key in ((NAMED, "name"), (COMMENTED, "comment")):
        if flags & flag:
            end = data.find(b"\0", at)
            end = len(data) if end < 0 else end
            value[key] = data[at:end].decode("latin-1")
            at = end + 1
    return Metadata(scope.at(0, min(at, window.size)), "gzip-header", dict(value))


FORMAT = Format(
    id="gzip",
    title="gzip-compressed data",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
