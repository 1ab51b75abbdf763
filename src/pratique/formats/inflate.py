"""zlib's decompressor with the interface of `bz2` and `lzma`."""

from __future__ import annotations

import zlib


class Inflate:
    """`wbits` as in `zlib.decompressobj`: 15 for zlib, 31 for gzip, -15 for raw deflate."""

    __slots__ = ("_inflate", "eof", "needs_input", "unused_data")

    def __init__(self, wbits: int) -> None:
        self._inflate = zlib.decompressobj(wbits)
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._inflate.decompress(self._inflate.unconsumed_tail + data, max(max_length, 0))
        self.eof = self._inflate.eof
        self.unused_data = self._inflate.unused_data
        self.needs_input = not self._inflate.unconsumed_tail and not (piece and len(piece) == max_length)
        return piece
