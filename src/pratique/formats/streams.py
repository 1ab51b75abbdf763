"""Compressed streams: one member that unpacks to one inner window, several members end to end, trailing bytes.

Decoders are driven with bounded output; what comes before a break or a limit is kept and read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pratique.domain.part import Member
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.window import CHUNK_BYTES, Window, spool_what_can_be_read

MAX_MEMBERS = 10_000


class Decoder(Protocol):
    """What `bz2` and `lzma` decompressors offer; others are adapted to it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def inner_name(name: str, extensions: tuple[str, ...]) -> str:
    """The name of the content: that of the file without its compression suffix."""
    for extension in extensions:
        if name.lower().endswith(extension) and len(name) > len(extension):
            return name[: -len(extension)]
    return name + "(unpacked)"


@dataclass(slots=True)
class _Progress:
    """How many compressed bytes were taken, and where the last whole member ended."""

    taken: int = 0
    end: int = 0
    cut_off: bool = False


def read_stream(
    window: Window,
    scope: Scope,
    format_id: str,
    make: Callable[[], Decoder],
    errors: tuple[type[Exception], ...],
    extensions: tuple[str, ...],
    is_member: Callable[[bytes], bool],
    ratio: int | None = None,
) -> Iterator[Yield]:
    """Members while `is_member` recognises one; all of them together are the content, as every decompressor has it."""
    progress = _Progress()
    pieces = _content(window, make, is_member, progress)
    content, stopped = spool_what_can_be_read(pieces, lambda: progress.taken, window.budget, errors, ratio)
    end = min(progress.end, window.size) if stopped is None else window.size
    incomplete = stopped
    if stopped is not None and "unpack" not in stopped:
        incomplete = f"the {format_id} data is damaged: {stopped}"
    elif stopped is None and progress.cut_off:
        incomplete = f"the {format_id} data ends early"
    yield Member(scope.at(0, end), f"{format_id}-stream", end)
    yield Nested(inner_name(scope.name, extensions), content, scope.at(0, end), incomplete=incomplete)


def _content(
    window: Window, make: Callable[[], Decoder], is_member: Callable[[bytes], bool], progress: _Progress
) -> Iterator[bytes]:
    at = 0
    for _ in range(MAX_MEMBERS):
        if at >= window.size or (at and not is_member(window.read_at(at, 16))):
            return
        decoder = make()
        position = at
        while not decoder.eof:
            chunk = window.read_at(position, CHUNK_BYTES >> 4) if decoder.needs_input else b""
            if decoder.needs_input and not chunk:
                progress.cut_off = True
                progress.end = window.size
                return
            position += len(chunk)
            progress.taken = position
            piece = decoder.decompress(chunk, CHUNK_BYTES)
            window.budget.tick()
            if piece:
                yield piece
        at = position - len(decoder.unused_data or b"")  # lz4 has None for nothing
        progress.end = at
