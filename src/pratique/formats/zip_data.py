"""The data of a zip entry as a window: stored data is a slice, compressed data is unpacked within the budget."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.formats.window import CHUNK_BYTES, Window, spool_what_can_be_read
from pratique.formats.zip_records import ENCRYPTED, Entry

STORED, DEFLATED, BZIP2, LZMA, ZSTD, XZ = 0, 8, 12, 14, 93, 95
METHODS = {
    1: "shrink", 6: "implode", 9: "deflate64", 10: "PKWARE implode", 20: "zstd (old)", 94: "mp3", 96: "jpeg",
    97: "wavpack", 98: "ppmd", 99: "AES encryption",
}  # fmt: skip
STEP_BYTES = 1 << 16
CRC_OF_STORED_BYTES = 16 << 20  # larger stored members are tensors: their CRC is not checked, as torch does not either


@dataclass(slots=True)
class Unpacked:
    """An entry's content, and what its unpacking showed."""

    window: Window
    incomplete: str | None = None
    crc: int | None = None  # of the content, when it was computed
    packed: int | None = None  # bytes that the decoder consumed, when it says so


class _Meter:
    """Counts and checks the content while it streams."""

    def __init__(self) -> None:
        self.crc = 0

    def through(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.crc = zlib.crc32(piece, self.crc)
            yield piece


def unpack(window: Window, entry: Entry, data: int, size: int, check: bool = True) -> Unpacked:
    """The content of `entry`, whose packed data is `size` bytes at `data`; `check` asks for the CRC of stored bytes."""
    packed = window.slice(data, size)
    missing = f"{size - packed.size} of its bytes lie outside the archive" if packed.size < size else ""
    if entry.method == STORED:
        crc = None
        if check and packed.size <= CRC_OF_STORED_BYTES:
            crc = 0
            for chunk in packed.chunks():
                crc = zlib.crc32(chunk, crc)
        return Unpacked(packed, missing or None, crc, packed.size)
    if entry.method not in (DEFLATED, BZIP2, LZMA, ZSTD, XZ):
        return Unpacked(packed.slice(0, 0), f"unsupported compression method {METHODS.get(entry.method, entry.method)}")
    meter = _Meter()
    decoder = _Decoder(entry.method)
    content, stopped = spool_what_can_be_read(
        meter.through(decoder.pieces(packed)), lambda: decoder.taken, window.budget, decoder.errors
    )
    return Unpacked(content, stopped or missing or decoder.unfinished(), meter.crc, packed.size - decoder.unused)


def really_encrypted(entry: Entry, content: Unpacked) -> bool:
    """Whether data under an encryption flag really is encrypted: plain data decodes to the declared CRC and size."""
    plain = content.incomplete is None and content.crc == entry.crc and content.window.size == entry.unpacked
    return bool(entry.flags & ENCRYPTED) and not plain


class _Decoder:
    """One decompressor with bounded output steps."""

    def __init__(self, method: int) -> None:
        self._method = method
        self._ended = False
        self.unused = 0
        self.taken = 0  # packed bytes handed to the decompressor
        self.errors: tuple[type[Exception], ...] = (zlib.error, OSError, EOFError, ValueError)
        if method == DEFLATED:
            self._inflate = zlib.decompressobj(-15)
        elif method == ZSTD:
            import zstandard

            self.errors = (*self.errors, zstandard.ZstdError)
        elif method in (LZMA, XZ):
            import lzma

            self.errors = (*self.errors, lzma.LZMAError)

    def unfinished(self) -> str | None:
        return None if self._ended else "its compressed data ends early"

    def pieces(self, packed: Window) -> Iterator[bytes]:
        if self._method == DEFLATED:
            yield from self._inflated(packed)
        elif self._method == ZSTD:
            yield from self._zstd(packed)
        else:
            yield from self._bounded(packed)

    def _counted(self, packed: Window, start: int, size: int) -> Iterator[bytes]:
        for chunk in packed.chunks(start, size=size):
            self.taken += len(chunk)
            yield chunk

    def _inflated(self, packed: Window) -> Iterator[bytes]:
        inflate = self._inflate
        for chunk in self._counted(packed, 0, STEP_BYTES):
            rest = chunk
            while rest and not inflate.eof:
                yield inflate.decompress(rest, CHUNK_BYTES)
                rest = inflate.unconsumed_tail
            if inflate.eof:
                break
        while not inflate.eof:
            piece = inflate.decompress(inflate.unconsumed_tail, CHUNK_BYTES)
            if not piece:
                return
            yield piece
        self._ended = True
        self.unused = len(inflate.unused_data)

    def _zstd(self, packed: Window) -> Iterator[bytes]:
        import zstandard

        decompress = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        for chunk in self._counted(packed, 0, 1 << 9):
            yield decompress.decompress(chunk)
        self._ended = True

    def _bounded(self, packed: Window) -> Iterator[bytes]:
        """bz2 and lzma objects share an interface: `decompress(data, max_length)`, `needs_input`, `eof`."""
        decoder, start = self._make(packed)
        for chunk in self._counted(packed, start, STEP_BYTES):
            data = chunk
            while not decoder.eof:
                yield decoder.decompress(data, CHUNK_BYTES)
                data = b""
                if decoder.needs_input:
                    break
            if decoder.eof:
                self._ended = True
                return

    def _make(self, packed: Window):  # type: ignore[no-untyped-def]
        if self._method == BZIP2:
            import bz2

            return bz2.BZ2Decompressor(), 0
        import lzma

        if self._method == XZ:
            return lzma.LZMADecompressor(lzma.FORMAT_XZ), 0
        # APPNOTE 5.8.8: version (2 bytes), size of the properties (2 bytes), properties, raw LZMA1 data
        header = packed.read_at(0, 9)
        if len(header) < 9 or header[2:4] != b"\x05\x00":
            raise ValueError("the LZMA properties are malformed")
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma_properties(header[4:9])]), 9


def lzma_properties(data: bytes) -> dict[str, int]:
    """The five property bytes of LZMA1 (LZMA SDK, lzma-specification.txt) as a filter for `lzma`."""
    import lzma

    coded = data[0]
    if coded >= 9 * 5 * 5:
        raise ValueError("the LZMA properties are malformed")
    dictionary = int.from_bytes(data[1:5], "little")
    if dictionary > 1 << 28:
        raise ValueError("the LZMA dictionary is larger than 256 MiB")
    return {
        "id": lzma.FILTER_LZMA1,
        "dict_size": max(dictionary, 4096),
        "lc": coded % 9,
        "lp": coded // 9 % 5,
        "pb": coded // 45,
    }
