"""Zstandard frames and skippable frames (RFC 8878). Opening it executes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.streams import inner_name
from pratique.formats.window import Window, spool_what_can_be_read

MAGIC = b"\x28\xb5\x2f\xfd"
SKIPPABLE = tuple(bytes([0x50 + i]) + b"\x2a\x4d\x18" for i in range(16))
EXTENSIONS = (".zst", ".zstd", ".tzst")
MAX_FRAMES = 10_000
MAX_WINDOW_BYTES = 1 << 27
STEP_BYTES = 1 << 9  # a step's output cannot be limited: a block of 4 bytes may unpack to 128 KiB, so 16 MiB a step


def probe(head: Head) -> int:
    data = head.data
    if data[:4] == MAGIC and len(data) >= 6 and not data[4] & 0x08:  # the reserved bit of the frame header descriptor
        return CERTAIN
    if data[:4] in SKIPPABLE and len(data) >= 8:
        at = 8 + int.from_bytes(data[4:8], "little")
        return CERTAIN if head.window.read_at(at, 4) in (MAGIC, *SKIPPABLE) else 0
    return 0


class _Frames:
    """`end` is where the last whole frame ended; `skipped` are the skippable ones, as offset and length."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.end = 0
        self.skipped: list[tuple[int, int]] = []
        self.truncated = False
        self.taken = 0

    def pieces(self) -> Iterator[bytes]:
        for _ in range(MAX_FRAMES):
            head = self.window.read_at(self.end, 8)
            if head[:4] in SKIPPABLE and len(head) == 8:
                length = 8 + int.from_bytes(head[4:], "little")
                self.truncated = self.end + length > self.window.size
                if self.truncated:
                    return
                self.skipped.append((self.end, length))
                self.end += length
            elif head[:4] == MAGIC:
                yield from self._frame()
                if self.truncated:
                    return
            else:
                return

    def _frame(self) -> Iterator[bytes]:
        import zstandard

        frame = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).decompressobj()
        at = self.end
        while not frame.eof:
            data = self.window.read_at(at, STEP_BYTES)
            if not data:
                self.truncated = True
                return
            at += len(data)
            self.taken = at
            yield frame.decompress(data)
        self.end = at - len(frame.unused_data)


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    import zstandard

    frames = _Frames(window)
    errors = (zstandard.ZstdError, MemoryError)
    content, stopped = spool_what_can_be_read(frames.pieces(), lambda: frames.taken, window.budget, errors)
    if stopped is None and frames.truncated:
        stopped = "the zstd data ends early"
    elif stopped is not None and "unpack" not in stopped:
        stopped = f"the zstd data is damaged: {stopped}"
    end = window.size if stopped else frames.end
    yield Nested(inner_name(scope.name, EXTENSIONS), content, scope.at(0, end), incomplete=stopped)
    for at, length in frames.skipped:
        yield Metadata(scope.at(at, 8), "zstd-skippable", {"bytes": length - 8})
        skipped = window.slice(at + 8, length - 8)
        yield Nested(f"(skippable @{at:#x})", skipped, scope.at(at + 8, length - 8), raw=True)


FORMAT = Format(
    id="zstd",
    title="Zstandard-compressed data",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    magics=((0, MAGIC), *((0, magic) for magic in SKIPPABLE)),
    extensions=EXTENSIONS,
    opens_with="what its content executes",
    families=("pickle", "tar"),
)
