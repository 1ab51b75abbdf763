"""TZif: transitions of a time zone (RFC 9636). Reading one executes nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAGIC = b"TZif"
HEADER_BYTES = 44
MAX_FOOTER_BYTES = 1024


def probe(head: Head) -> int:
    data = head.data
    fits = data[:4] == MAGIC and len(data) >= HEADER_BYTES and data[4:5] in (b"\0", b"2", b"3", b"4")
    return CERTAIN if fits and not data[5:20].strip(b"\0") else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    version = window.read_at(4, 1)
    end = _block(window, 0, 4)
    if version != b"\0" and window.read_at(end, 4) == MAGIC:
        end = _footer(window, _block(window, end, 8))
    if end > window.size:
        yield scope.broken("time-zone-truncated", f"its tables take {end} bytes of {window.size}", 0, 0, lost=True)
        return
    yield Member(scope.at(0, end), "time-zone-tables", end)


def _block(window: Window, at: int, time_bytes: int) -> int:
    """3.2: the end of a header and its data block, whose times have `time_bytes` bytes each."""
    header = window.read_at(at, HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return window.size + 1
    utc, standard, leaps, times, types, characters = struct.unpack(">6I", header[20:])
    leap_bytes = leaps * (time_bytes + 4)
    return at + HEADER_BYTES + int(times * (time_bytes + 1) + types * 6 + characters + leap_bytes + standard + utc)


def _footer(window: Window, at: int) -> int:
    """3.3: a rule for later times, between two newlines."""
    footer = window.read_at(at, MAX_FOOTER_BYTES)
    close = footer.find(b"\n", 1)
    return at + close + 1 if footer[:1] == b"\n" and close > 0 and footer[:close].isascii() else at


FORMAT = Format(
    id="time-zone",
    title="time zone (TZif)",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    opens_with="nothing",
)
