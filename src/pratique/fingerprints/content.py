"""One read of a file: its SHA-256, and the BLAKE3 of its chunks, cut where its tensors or its records end."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pratique.domain.errors import UnavailableError
from pratique.fingerprints.manifest import CHUNK_BYTES, Chunk, Region

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pratique.domain.ports import Handle

READ_BYTES = 8 << 20
SIDE_BY_SIDE_FROM_BYTES = 32 << 20  # below it, handing chunks to another thread costs more than it gains
LINE_NAMES = (".jsonl", ".ndjson", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Content:
    """What one read of a file gave."""

    size_bytes: int
    sha256: str
    chunks: tuple[Chunk, ...]


def blake3_hex(data: bytes | memoryview) -> str:
    """BLAKE3 (the 2020 paper, 32 bytes of output), in hexadecimal. Raises `UnavailableError` without the library."""
    try:
        from blake3 import blake3
    except ImportError:
        raise UnavailableError("chunk digests need the package blake3: pip install blake3") from None
    return blake3(data).hexdigest()


def cuts_of(regions: Sequence[Region]) -> tuple[int, ...]:
    """Offsets at which a chunk must begin: where a region begins or ends."""
    return tuple(sorted({at for r in regions for at in (r.offset, r.offset + r.length_bytes)} - {0}))


def by_lines(name: str, head: bytes) -> bool:
    """Whether a file is cut where lines end: it is named as a file of records, and begins as text."""
    return name.lower().endswith(LINE_NAMES) and b"\n" in head and b"\0" not in head


def read_content(
    handle: Handle, cuts: Sequence[int] = (), *, lines: bool = False, side: Executor | None = None
) -> Content:
    """Hash the file once. With `side`, chunks of a large file are hashed there while this thread does the SHA-256.

    Only as many bytes as the file had when it was opened are read, so that one that grows for ever ends.
    """
    whole = hashlib.sha256()
    done: list[Chunk] = []
    size = 0
    side = side if handle.size_bytes >= SIDE_BY_SIDE_FROM_BYTES else None
    for pieces in _line_pieces(handle) if lines else _pieces(handle, cuts):
        future = side.submit(_chunks, pieces, lines) if side is not None else None
        for piece in pieces:
            whole.update(piece)
            size += len(piece)
        done.extend(future.result() if future is not None else _chunks(pieces, lines))
    return Content(size, whole.hexdigest(), tuple(done))


def _chunks(pieces: list[memoryview], lines: bool) -> list[Chunk]:
    return [Chunk(len(p), blake3_hex(p), p.tobytes().count(b"\n") if lines else 0) for p in pieces]


def _pieces(handle: Handle, cuts: Sequence[int]) -> Iterator[list[memoryview]]:
    """Batches of the file's chunks, each at most `CHUNK_BYTES` and ending at the next cut."""
    at, size = 0, handle.size_bytes
    while at < size:
        buffer = memoryview(handle.read_at(at, min(READ_BYTES, size - at)))
        if not buffer:
            return
        batch: list[memoryview] = []
        used = 0
        last = len(buffer) < min(READ_BYTES, size - at) or at + len(buffer) >= size
        while used < len(buffer):
            end = _chunk_end(at + used, cuts) - at
            if end > len(buffer) and not last:
                break
            batch.append(buffer[used:end])
            used = min(end, len(buffer))
        yield batch
        at += used


def _chunk_end(start: int, cuts: Sequence[int]) -> int:
    end = start + CHUNK_BYTES
    index = bisect_right(cuts, start)
    return min(end, cuts[index]) if index < len(cuts) else end


def _line_pieces(handle: Handle) -> Iterator[list[memoryview]]:
    """Chunks that end after the last line end within `CHUNK_BYTES`, or at that length where there is none."""
    at, size = 0, handle.size_bytes
    while at < size:
        data = handle.read_at(at, min(CHUNK_BYTES, size - at))
        if not data:
            return
        end = len(data) if at + len(data) >= size else data.rfind(b"\n") + 1 or len(data)
        yield [memoryview(data)[:end]]
        at += end
