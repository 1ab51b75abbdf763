"""Compressed streams: one member that unpacks to one inner window, several members end to end, trailing bytes.

Decoders are driven with bounded output; what comes before a break or a limit is kept and read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def read_stream(
    window: Window,
    scope: Scope,
    format_id: str,
    make: Callable[[], Decoder],
    errors: tuple[type[Exception], ...],
    extensions: tuple[str, ...],
    is_member: Callable[[bytes], bool],
) -> Iterator[Yield]:
    """Members while `is_member` recognises one; all of them together are the content, as every decompressor has it."""
    consumed = [0]
    content, stopped = spool_what_can_be_read(
        _content(window, make, is_member, consumed), window.size, window.budget, errors
    )
    end = min(consumed[0], window.size) if stopped is None else window.size
    incomplete = stopped
    if stopped is not None and "unpack" not in stopped:
        incomplete = f"the {format_id} data is damaged: {stopped}"
    elif stopped is None and consumed[0] > window.size:
        incomplete = f"the {format_id} data ends early"
    yield Member(scope.at(0, end), f"{format_id}-stream", end)
    yield Nested(inner_name(scope.name, extensions), content, scope.at(0, end), incomplete=incomplete)


def _content(
    window: Window, make: Callable[[], Decoder], is_member: Callable[[bytes], bool], consumed: list[int]
) -> Iterator[bytes]:
    """Decoded pieces; `consumed[0]` is where the last whole member ended, or past the end when one was cut off."""
    at = 0
    for _ in range(MAX_MEMBERS):
        if at >= window.size or (at and not is_member(window.read_at(at, 16))):
            return
        decoder = make()
        position = at
        while not decoder.eof:
            chunk = window.read_at(position, CHUNK_BYTES >> 4) if decoder.needs_input else b""
            if decoder.needs_input and not chunk:
                consumed[0] = window.size + 1
                return
            position += len(chunk)
            piece = decoder.decompress(chunk, CHUNK_BYTES)
            window.budget.tick()
            if piece:
                yield piece
        at = position - len(decoder.unused_data or b"")  # lz4 has None for nothing
        consumed[0] = at
