"""FlatBuffers: tables that point at each other, read without a copy and with every offset checked.

Source: https://flatbuffers.dev/internals/. A reader visits the tables that its schema names; `Flat.holes` tells
which bytes
no visit touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.window import Window

PAGE_BYTES = 1 << 16
MAX_PAGES = 64
MAX_VISITS = 1_000_000
MAX_STRING_BYTES = 1 << 20
SMALL_HOLE_BYTES = 4096  # padding and the options tables that a reader does not go into


class FlatError(ValueError):
    """An offset or a length points out of the buffer; `offset` is where it stands."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class Flat:
    """One FlatBuffer in a window, whose root offset stands at `start`."""

    window: Window
    start: int = 0
    _pages: dict[int, bytes] = field(default_factory=dict)
    _visited: list[tuple[int, int]] = field(default_factory=list)

    def root(self) -> Table:
        self.visit(self.start, 8)  # root offset and file identifier
        return Table(self, self.start + self.number(self.start, 4))

    def number(self, at: int, width: int, signed: bool = False) -> int:
        """A little-endian number. Raises `FlatError` outside of the window."""
        if at < 0 or at + width > self.window.size:
            raise FlatError(f"{width} bytes at {at} lie outside of the {self.window.size} bytes there are", max(at, 0))
        index, inside = divmod(at, PAGE_BYTES)
        data = self._page(index)[inside : inside + width]
        if len(data) < width:
            data += self._page(index + 1)[: width - len(data)]
        return int.from_bytes(data, "little", signed=signed)

    def visit(self, at: int, length: int) -> None:
        """Notes bytes as understood."""
        if self._visited and self._visited[-1][1] == at:
            self._visited[-1] = (self._visited[-1][0], at + length)
            return
        if len(self._visited) >= MAX_VISITS:
            raise FlatError(f"more than {MAX_VISITS} objects", at)
        self._visited.append((at, at + length))

    def holes(self, end: int) -> Iterator[tuple[int, int]]:
        """Offset and length of what no visit touched below `end`."""
        at = self.start
        for first, last in sorted(self._visited):
            if first > at:
                yield at, min(first, end) - at
            at = max(at, last)
            if at >= end:
                return
        if at < end:
            yield at, end - at

    def extent(self) -> int:
        """The end of the last visited object."""
        return max((last for _, last in self._visited), default=self.start)

    def _page(self, index: int) -> bytes:
        if index not in self._pages:
            if len(self._pages) >= MAX_PAGES:
                self._pages.clear()
            self._pages[index] = self.window.read_at(index * PAGE_BYTES, PAGE_BYTES)
        return self._pages[index]


@dataclass(slots=True)
class Table:
    """One table; fields by their number in the schema. An absent field has its default."""

    flat: Flat
    at: int
    _vtable: int = 0
    _fields: int = 0

    def __post_init__(self) -> None:
        flat = self.flat
        flat.window.budget.tick()
        self._vtable = self.at - flat.number(self.at, 4, signed=True)
        vtable_bytes, table_bytes = flat.number(self._vtable, 2), flat.number(self._vtable + 2, 2)
        if vtable_bytes < 4 or vtable_bytes % 2 or table_bytes < 4:
            raise FlatError("not a table", self.at)
        if self._vtable + vtable_bytes > flat.window.size or self.at + table_bytes > flat.window.size:
            raise FlatError("the table runs out of the buffer", self.at)
        self._fields = (vtable_bytes - 4) // 2
        flat.visit(self._vtable, vtable_bytes)
        flat.visit(self.at, table_bytes)

    def place(self, number: int) -> int:
        """The offset of a field, or 0 when it is absent."""
        if number >= self._fields:
            return 0
        offset = self.flat.number(self._vtable + 4 + 2 * number, 2)
        return self.at + offset if offset else 0

    def number(self, number: int, width: int, default: int = 0, signed: bool = False) -> int:
        at = self.place(number)
        return self.flat.number(at, width, signed) if at else default

    def table(self, number: int) -> Table | None:
        at = self.place(number)
        return Table(self.flat, at + self.flat.number(at, 4)) if at else None

    def vector(self, number: int, width: int) -> tuple[int, int]:
        """Offset of the first element and number of elements, checked to lie inside."""
        at = self.place(number)
        if not at:
            return 0, 0
        start = at + self.flat.number(at, 4)
        count = self.flat.number(start, 4)
        if start + 4 + count * width > self.flat.window.size:
            raise FlatError(f"a vector of {count} elements runs out of the buffer", start)
        self.flat.visit(start, 4 + count * width)
        return start + 4, count

    def numbers(self, number: int, width: int, limit: int = 64, signed: bool = True) -> list[int]:
        start, count = self.vector(number, width)
        return [self.flat.number(start + i * width, width, signed) for i in range(min(count, limit))]

    def string(self, number: int, limit: int = 4096) -> str:
        start, count = self.vector(number, 1)
        if count > MAX_STRING_BYTES:
            return ""
        if count:
            self.flat.visit(start + count, 1)  # its terminating zero
        return self.flat.window.read_at(start, min(count, limit)).decode("utf-8", "replace")

    def tables(self, number: int) -> Iterator[Table]:
        start, count = self.vector(number, 4)
        for i in range(count):
            at = start + 4 * i
            yield Table(self.flat, at + self.flat.number(at, 4))


def plausible_root(window: Window, start: int = 0) -> bool:
    """Whether a root table stands where the buffer says: for probes."""
    try:
        Flat(window, start).root()
    except FlatError:
        return False
    return True
