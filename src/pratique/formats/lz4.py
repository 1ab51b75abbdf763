"""LZ4 frames (lz4_Frame_format.md 1.6.4), which joblib writes for `compress="lz4"`. Opening it executes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.streams import Decoder, read_stream
from pratique.formats.window import Window

MAGIC = b"\x04\x22\x4d\x18"
RATIO = 200  # a run of one byte packs 255 times at best: what comes near is a bomb, or holds nothing
EXTENSIONS = (".lz4",)
ERRORS = (RuntimeError, EOFError, ValueError, MemoryError)


def probe(head: Head) -> int:
    data = head.data
    return CERTAIN if data[:4] == MAGIC and len(data) >= 7 and data[4] >> 6 == 1 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    yield from read_stream(window, scope, "lz4", _make, ERRORS, EXTENSIONS, _is_member, RATIO)


def _is_member(data: bytes) -> bool:
    return data.startswith(MAGIC)


def _make() -> Decoder:
    import lz4.frame

    return _Frame(lz4.frame.LZ4FrameDecompressor())


class _Frame:
    """`unused_data` of lz4 is None until the end of a frame."""

    def __init__(self, frame: Decoder) -> None:
        self._frame = frame

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def needs_input(self) -> bool:
        return bool(self._frame.needs_input)

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data or b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._frame.decompress(data, max_length)


FORMAT = Format(
    id="lz4",
    title="LZ4-compressed data",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
