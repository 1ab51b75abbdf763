"""The data of a PDF stream through its filters, within the budget (ISO 32000-2:2020, 7.4)."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.formats.pdf_syntax import Name, Value
from pratique.formats.window import CHUNK_BYTES, Window, spool_what_can_be_read

SHORT = {"Fl": "FlateDecode", "AHx": "ASCIIHexDecode", "A85": "ASCII85Decode", "LZW": "LZWDecode"}
READ = ("FlateDecode", "ASCIIHexDecode", "ASCII85Decode")
MAX_FILTERS = 8
FEED_BYTES = 1 << 14
_NOT_85 = re.compile(rb"[\0\t\n\f\r ]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A stream's data, unpacked; `unread` names the first filter that was not undone, with the data before it."""

    window: Window
    incomplete: str | None = None
    unread: str | None = None
    used: int = 0  # bytes of the packed data that the first filter took


def filters_of(entries: dict[str, Value]) -> list[str]:
    """The names of the filters; what is no name (a reference) is a filter that is not read."""
    given = entries.get("Filter")
    names = given if isinstance(given, list) else [given]
    return [SHORT.get(n, n) if isinstance(n, Name) else "(by reference)" for n in names if n is not None]


def has_predictor(entries: dict[str, Value]) -> bool:
    """7.4.4.4: the data is a table of differences; also where the parameters are somewhere else."""
    given = entries.get("DecodeParms")
    for item in given if isinstance(given, list) else [given]:
        predictor = item.get("Predictor", 1) if isinstance(item, dict) else 1 if item is None else 0
        if predictor != 1:
            return True
    return False


def decode(entries: dict[str, Value], packed: Window) -> Decoded:
    """The data of `packed` as far as its filters are read; nothing is spooled where there are none."""
    filters = filters_of(entries)
    unread = next((item for item in filters if item not in READ), None)
    steps = filters[: filters.index(unread)] if unread else filters
    if len(steps) > MAX_FILTERS:
        return Decoded(packed.slice(0, 0), f"unsupported: {len(steps)} filters")
    if not steps:
        return Decoded(packed, None, unread, packed.size)
    chain = _Chain(packed)
    pieces: Iterator[bytes] = chain.source()
    for step in steps:
        pieces = {"FlateDecode": chain.inflate, "ASCIIHexDecode": _hexadecimal}.get(step, _base85)(pieces)
    errors = (zlib.error, ValueError, struct.error)
    window, stopped = spool_what_can_be_read(pieces, lambda: chain.taken, packed.budget, errors)
    if stopped is not None and "unpack" not in stopped:
        stopped = f"its data is damaged: {stopped}"
    return Decoded(
        window, stopped or chain.cut_off, unread, chain.taken - chain.unused if len(steps) == 1 else packed.size
    )


class _Chain:
    def __init__(self, packed: Window) -> None:
        self._packed = packed
        self.taken = 0
        self.unused = 0
        self.cut_off: str | None = None

    def source(self) -> Iterator[bytes]:
        for chunk in self._packed.chunks(0, size=FEED_BYTES):
            self.taken += len(chunk)
            yield chunk

    def inflate(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder = zlib.decompressobj()
        for piece in pieces:
            rest = piece
            while rest and not decoder.eof:
                yield decoder.decompress(rest, CHUNK_BYTES)
                rest = decoder.unconsumed_tail
            if decoder.eof:
                self.unused = len(decoder.unused_data)
                return
        yield decoder.flush(CHUNK_BYTES)
        if not decoder.eof:
            self.cut_off = "its packed data ends early"


def _hexadecimal(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        digits, mark, _ = piece.partition(b">")
        rest += _NOT_85.sub(b"", digits)
        cut = len(rest) & ~1
        yield bytes.fromhex(rest[:cut].decode("ascii"))
        rest = rest[cut:]
        if mark:
            break
    yield bytes.fromhex((rest + b"0").decode("ascii")) if rest else b""


def _base85(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """7.4.3: five characters for four bytes, `z` for four zeros, `~>` at the end."""
    rest = b""
    for piece in pieces:
        digits, mark, _ = piece.partition(b"~")
        rest += _NOT_85.sub(b"", digits).replace(b"z", b"!!!!!")
        cut = len(rest) // 5 * 5
        yield b"".join(_group(rest[at : at + 5]) for at in range(0, cut, 5))
        rest = rest[cut:]
        if mark:
            break
    if rest:
        yield _group(rest.ljust(5, b"u"))[: len(rest) - 1]


def _group(digits: bytes) -> bytes:
    value = 0
    for digit in digits:
        if not 33 <= digit <= 117:
            raise ValueError("a character that is not of ASCII85")
        value = value * 85 + digit - 33
    return struct.pack(">I", value)
