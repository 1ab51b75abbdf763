"""The only way to bytes: bounded, seekable, budgeted views.

A reader never holds a file, only a `Window`. A window over a stored archive member is a slice of its parent and copies
nothing; a window over a compressed member is spooled, in memory first and then in an unnamed temporary file, so memory
does not grow with the input.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

MAX_READ_BYTES = 64 << 20
SPOOL_IN_MEMORY_BYTES = 4 << 20
CHUNK_BYTES = 1 << 20


class OutOfBudget(Exception):
    """A limit of the inspection was reached. The engine turns it into a gap; readers let it pass."""

    def __init__(self, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.limit = limit


@dataclass(slots=True)
class Limits:
    """What one inspection may spend."""

    depth: int = 12  # nested members
    members: int = 200_000  # opened members
    parts: int = 5_000_000
    expanded_bytes: int = 16 << 30  # bytes unpacked in all
    expansion_ratio: int = 300  # of one compressed member, once it is larger than `ratio_floor_bytes`
    ratio_floor_bytes: int = 32 << 20
    seconds: int = 600

    def as_pairs(self) -> tuple[tuple[str, int], ...]:
        return tuple((name, getattr(self, name)) for name in self.__slots__)


@dataclass(slots=True)
class Budget:
    """Counts what one inspection spent and stops it at its limits."""

    limits: Limits = field(default_factory=Limits)
    members: int = 0
    parts: int = 0
    expanded_bytes: int = 0
    _deadline: float = 0.0
    _ticks: int = 0

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.limits.seconds

    def tick(self, steps: int = 1) -> None:
        """Call once a loop step over input (or with a batch's count); looks at the clock now and then."""
        self._ticks += steps
        if self._ticks >= 4096:
            self._ticks = 0
            if time.monotonic() > self._deadline:
                raise OutOfBudget("seconds", f"more than {self.limits.seconds} s")

    def spend_member(self) -> None:
        self.members += 1
        if self.members > self.limits.members:
            raise OutOfBudget("members", f"more than {self.limits.members} members")

    def spend_part(self) -> None:
        self.parts += 1
        if self.parts > self.limits.parts:
            raise OutOfBudget("parts", f"more than {self.limits.parts} parts")
        self.tick()

    def spend_expanded(self, count: int) -> None:
        self.expanded_bytes += count
        if self.expanded_bytes > self.limits.expanded_bytes:
            raise OutOfBudget("expanded_bytes", f"more than {self.limits.expanded_bytes} bytes unpacked")
        self.tick(1 + (count >> 12))


class Window:
    """`size` bytes that can be read at any offset. Reads past the end are short, never an error."""

    __slots__ = ("_read", "_start", "budget", "size")

    def __init__(self, read: Callable[[int, int], bytes], size: int, budget: Budget, start: int = 0) -> None:
        self._read = read
        self._start = start
        self.size = size
        self.budget = budget

    @classmethod
    def of_bytes(cls, data: bytes, budget: Budget | None = None) -> Window:
        return cls(lambda offset, length: data[offset : offset + length], len(data), budget or Budget())

    @property
    def source(self) -> Callable[[int, int], bytes]:
        """What it is a view of: windows over the same bytes have the same source."""
        return self._read

    @property
    def start(self) -> int:
        """Where in its source it begins."""
        return self._start

    def read_at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes (at most `MAX_READ_BYTES`) from `offset`; short, or empty, past the end."""
        if offset < 0 or length <= 0 or offset >= self.size:
            return b""
        length = min(length, self.size - offset, MAX_READ_BYTES)
        self.budget.tick()
        return self._read(self._start + offset, length)

    def slice(self, offset: int, length: int | None = None) -> Window:
        """A window over part of this one, clipped to it."""
        offset = min(max(offset, 0), self.size)
        room = self.size - offset
        length = room if length is None else min(max(length, 0), room)
        return Window(self._read, length, self.budget, self._start + offset)

    def chunks(self, offset: int = 0, length: int | None = None, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """The bytes from `offset` on, in pieces of at most `size`."""
        end = self.size if length is None else min(offset + length, self.size)
        while offset < end:
            piece = self.read_at(offset, min(size, end - offset))
            if not piece:
                return
            offset += len(piece)
            yield piece

    def find(self, needle: bytes, start: int = 0, end: int | None = None) -> int:
        """The lowest offset at or after `start` where `needle` stands whole before `end`, or -1."""
        end = self.size if end is None else min(end, self.size)
        while start < end:
            piece = self.read_at(start, min(CHUNK_BYTES, end - start))
            at = piece.find(needle)
            if at >= 0:
                return start + at
            if len(piece) < CHUNK_BYTES:
                return -1
            start += len(piece) - len(needle) + 1
        return -1


def spool_what_can_be_read(
    pieces: Iterable[bytes],
    consumed: Callable[[], int],
    budget: Budget,
    errors: tuple[type[Exception], ...],
    ratio: int | None = None,
) -> tuple[Window, str | None]:
    """A window over unpacked `pieces`, kept on disk beyond `SPOOL_IN_MEMORY_BYTES`, and why it ended early, if it did.

    It ends at one of the decompressor's `errors`, or at a limit: of unpacked bytes in all, or of the ratio to `consumed()`, the
    compressed bytes that were taken so far. A bomb thus ends soon after its ratio shows, however long it is. `ratio` lowers that
    limit for a compression that cannot reach it.
    """
    import tempfile
    import weakref

    limits = budget.limits
    most = min(limits.expansion_ratio, ratio or limits.expansion_ratio)
    # It lives as long as its window does, and is removed with it.
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY_BYTES)  # noqa: SIM115
    size = 0
    stopped: str | None = None
    try:
        for piece in pieces:
            size += len(piece)
            if size > limits.ratio_floor_bytes and size > most * max(consumed(), 1):
                stopped = f"unpacks to more than {most} times its size"
            elif budget.expanded_bytes + len(piece) > limits.expanded_bytes:
                stopped = f"more than {limits.expanded_bytes} bytes unpacked in all"
            if stopped:
                size -= len(piece)
                break
            budget.spend_expanded(len(piece))
            file.write(piece)
    except errors as error:
        stopped = f"{type(error).__name__}: {error}"[:200]

    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    weakref.finalize(read, file.close)
    return Window(read, size, budget), stopped
