"""Which bytes of a window were explained."""

from __future__ import annotations

from collections.abc import Iterator

MERGED_FROM = 65_536


class Intervals:
    """A set of half-open byte ranges below `size`, merged as they come; memory stays bounded for ordered input."""

    __slots__ = ("_limit", "_ranges", "_size", "_sorted")

    def __init__(self, size: int) -> None:
        self._size = size
        self._ranges: list[tuple[int, int]] = []
        self._sorted = True
        self._limit = MERGED_FROM

    def add(self, offset: int, length: int) -> None:
        start, end = max(offset, 0), min(offset + length, self._size)
        if start >= end:
            return
        if self._ranges and self._sorted:
            last_start, last_end = self._ranges[-1]
            if last_start <= start <= last_end:
                self._ranges[-1] = (last_start, max(last_end, end))
                return
            if start < last_start:
                self._sorted = False
        self._ranges.append((start, end))
        if len(self._ranges) > self._limit:
            self._merge()

    def _merge(self) -> None:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self._ranges):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        self._ranges, self._sorted = merged, True
        self._limit = max(
            2 * len(merged), MERGED_FROM
        )  # so that ranges that do not touch are not sorted again and again

    def missing(self) -> Iterator[tuple[int, int]]:
        """The ranges that nothing explained, as `(offset, length)`."""
        self._merge()
        at = 0
        for start, end in self._ranges:
            if start > at:
                yield at, start - at
            at = end
        if at < self._size:
            yield at, self._size - at
