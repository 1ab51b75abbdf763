"""The coders of a 7z folder as one bounded stream: a decompressor over the packed stream, then filters.

Method numbers: Methods.txt of the LZMA SDK. A filter runs alone: its input is wrapped into uncompressed LZMA2 chunks, because
liblzma takes a filter only in front of a compressor, and keeps the last bytes back where no end mark follows.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator

from pratique.formats.inflate import Inflate
from pratique.formats.seven_zip_header import Coder, Folder
from pratique.formats.streams import Decoder
from pratique.formats.window import CHUNK_BYTES, Window
from pratique.formats.zip_data import lzma_properties

COPY, LZMA1, LZMA2, DEFLATE, BZIP2 = b"\0", b"\x03\x01\x01", b"\x21", b"\x04\x01\x08", b"\x04\x02\x02"
ZSTD, DELTA, AES = b"\x04\xf7\x11\x01", b"\x03", b"\x06\xf1\x07\x01"
BRANCH = {
    b"\x04": lzma.FILTER_X86, b"\x03\x03\x01\x03": lzma.FILTER_X86, b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC, b"\x06": lzma.FILTER_IA64, b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x07": lzma.FILTER_ARM, b"\x03\x03\x05\x01": lzma.FILTER_ARM, b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB, b"\x09": lzma.FILTER_SPARC, b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
}  # fmt: skip
UNREAD = {
    b"\x03\x03\x01\x1b": "BCJ2", b"\x03\x04\x01": "PPMd", b"\x04\x01\x09": "Deflate64", b"\x04\xf7\x11\x02": "Brotli",
    b"\x04\xf7\x11\x04": "LZ4", b"\x04\xf7\x11\x05": "LZS", b"\x0a": "ARM64", b"\x0b": "RISC-V", b"\x02": "byte swap",
}  # fmt: skip
MAX_DICTIONARY_BYTES = 256 << 20
FEED_BYTES = 64  # so little, because liblzma does not say how much of its input it used
# LZMA unpacks to at most some 15,000 times its size, so a far feed does not reach the end
FAR_FEED_BYTES, NEAR_END_BYTES = 2048, 64 << 20
BLOCK_BYTES = 1 << 16  # the largest uncompressed LZMA2 chunk


class UnreadError(ValueError):
    """Why a folder is not unpacked: it begins with `unsupported` or is `encrypted`."""


class Content:
    """A folder's content as pieces, once. `taken` counts the packed bytes that were used."""

    def __init__(self, folder: Folder, packed: Window) -> None:
        self._packed = packed
        self._chain = _chain(folder)
        self._size = folder.size
        self._left = 0  # bytes that the decompressor has still to give
        self.taken = 0
        self.excess = False  # it would unpack to more than the header says
        self.errors: tuple[type[Exception], ...] = (
            lzma.LZMAError,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            MemoryError,
        )
        if self._chain[0][0].method == ZSTD:
            import zstandard

            self.errors = (*self.errors, zstandard.ZstdError)

    @property
    def is_copy(self) -> bool:
        """Whether the packed bytes are the content: nothing is spooled then."""
        return all(coder.method == COPY for coder, _ in self._chain)

    def pieces(self) -> Iterator[bytes]:
        first, size = self._chain[0]
        pieces = self._decompressed(first, size)
        for coder, _ in self._chain[1:]:
            pieces = pieces if coder.method == COPY else _filtered(coder, pieces)
        left = self._size
        for piece in pieces:
            yield piece[:left]
            if len(piece) > left:
                self.excess = True
                return
            left -= len(piece)

    def _decompressed(self, coder: Coder, size: int) -> Iterator[bytes]:
        if coder.method == COPY:
            for chunk in self._packed.chunks(0, size):
                self.taken += len(chunk)
                yield chunk
            return
        # one byte over, to see an end mark or that there is more; LZMA alone has no mark and would read on in any bytes
        self._left, spare = size, 0 if coder.method == LZMA1 else 1
        decoder = _decoder(coder, size)
        for fed in self._fed():
            data = fed
            while self._left + spare > 0 and not decoder.eof:
                piece = decoder.decompress(data, min(CHUNK_BYTES, self._left + spare))
                data = b""
                self._left -= len(piece)
                yield piece
                if decoder.needs_input or not piece:
                    break
            if self._left + spare <= 0 or decoder.eof:
                break
        self.taken -= len(decoder.unused_data or b"") if decoder.eof else 0

    def _fed(self) -> Iterator[bytes]:
        """Small pieces towards the end, so that `taken` tells where the packed data ends."""
        for chunk in self._packed.chunks(0, size=BLOCK_BYTES):
            start = 0
            while start < len(chunk):
                data = chunk[start : start + (FEED_BYTES if self._left <= NEAR_END_BYTES else FAR_FEED_BYTES)]
                start += len(data)
                self.taken += len(data)
                yield data


def _chain(folder: Folder) -> list[tuple[Coder, int]]:
    """The coders in the order of decoding, each with the bytes it gives; only chains of one input each are decoded."""
    for coder in folder.coders:
        if coder.method == AES:
            raise UnreadError("encrypted")
    for coder in folder.coders:
        if coder.method in UNREAD or coder.inputs != 1:
            raise UnreadError(f"unsupported coder {UNREAD.get(coder.method, coder.method.hex())}")
    chain: list[tuple[Coder, int]] = []
    following = {output: input_ for input_, output in folder.binds}
    at: int | None = folder.packed[0] if folder.packed else None
    while at is not None and at < len(folder.coders) and len(chain) < len(folder.coders):
        coder = folder.coders[at]
        if coder.method not in ((COPY, LZMA1, LZMA2, DEFLATE, BZIP2, ZSTD) if not chain else (COPY, DELTA, *BRANCH)):
            raise UnreadError(f"unsupported coder {coder.method.hex()} at step {len(chain) + 1}")
        chain.append((coder, folder.unpack_sizes[at]))
        at = following.get(at)
    if at is not None or len(chain) != len(folder.coders):
        raise UnreadError("unsupported: the coders do not form a chain")
    return chain


def _decoder(coder: Coder, size: int) -> Decoder:
    """`size`, in bytes, bounds the dictionary: nothing refers back further than its own output."""
    if coder.method == DEFLATE:
        return Inflate(-15)
    if coder.method == BZIP2:
        return bz2.BZ2Decompressor()
    if coder.method == ZSTD:
        return _Zstd()
    if coder.method == LZMA1:
        if len(coder.properties) != 5:
            raise ValueError("the LZMA properties are malformed")
        options = lzma_properties(coder.properties)
    else:
        options = {"id": lzma.FILTER_LZMA2, "dict_size": min(_lzma2_dictionary(coder.properties), size)}
        if options["dict_size"] > MAX_DICTIONARY_BYTES:
            raise ValueError("unsupported: the LZMA2 dictionary is larger than 256 MiB")
    options["dict_size"] = max(min(options["dict_size"], size), 4096)
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[options])


def _lzma2_dictionary(properties: bytes) -> int:
    """The .xz File Format 1.2.1, 5.3.1."""
    if len(properties) != 1 or properties[0] > 40:
        raise ValueError("the LZMA2 properties are malformed")
    coded = properties[0]
    return 0xFFFFFFFF if coded == 40 else (2 | coded & 1) << (coded // 2 + 11)


def _filtered(coder: Coder, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if coder.method == DELTA:
        distance = coder.properties[0] + 1 if len(coder.properties) == 1 else 1
        chosen = {"id": lzma.FILTER_DELTA, "dist": distance}
    else:
        chosen = {"id": BRANCH[coder.method]}
    filters = [chosen, {"id": lzma.FILTER_LZMA2, "dict_size": BLOCK_BYTES}]
    decoder = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    control = b"\x01"  # an uncompressed chunk that resets the dictionary; later ones do not (0x02)
    for piece in pieces:
        for start in range(0, len(piece), BLOCK_BYTES):
            block = piece[start : start + BLOCK_BYTES]
            yield decoder.decompress(control + (len(block) - 1).to_bytes(2, "big") + block)
            control = b"\x02"
    yield decoder.decompress(b"\0")


class _Zstd:
    """Frames end to end; a step's output cannot be limited, so its input is small."""

    needs_input = True

    def __init__(self) -> None:
        import zstandard

        self._decompress = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj(read_across_frames=True)
        self.eof = False
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decompress.decompress(data) if data else b""
