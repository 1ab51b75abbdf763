"""Thrift's compact protocol over bytes in memory: what Parquet's footer is written in.

Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
MAX_DEPTH = 64
MAX_VARINT_BYTES = 10


class ThriftError(ValueError):
    """The bytes are not a compact-protocol value; `offset` is where reading stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class Compact:
    """A cursor over a value. After each field that `fields` yields, its value must be read or skipped."""

    data: bytes
    at: int = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and type of each field of the struct at the cursor. Raises `ThriftError`."""
        number = 0
        while True:
            head = self._byte()
            if head == 0:
                return
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self.integer()
            yield number, kind

    def integer(self) -> int:
        """A zigzag number."""
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def binary(self) -> bytes:
        length = self._varint()
        start = self.at
        if start + length > len(self.data):
            raise ThriftError(f"text of {length} bytes runs out", start)
        self.at = start + length
        return self.data[start : self.at]

    def text(self, limit: int = 4096) -> str:
        return self.binary()[:limit].decode("utf-8", "replace")

    def list_head(self) -> tuple[int, int]:
        """Number and type of the elements."""
        head = self._byte()
        count = head >> 4
        if count == 15:
            count = self._varint()
        if count > len(self.data) - self.at:
            raise ThriftError(f"a list of {count} elements runs out", self.at)
        return count, head & 15

    def skip(self, kind: int, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise ThriftError(f"nested deeper than {MAX_DEPTH}", self.at)
        if kind in (TRUE, FALSE):
            return
        if kind == BYTE:
            self._byte()
        elif kind in (I16, I32, I64):
            self._varint()
        elif kind == DOUBLE:
            self.at += 8
        elif kind == BINARY:
            self.binary()
        elif kind in (LIST, SET):
            count, element = self.list_head()
            for _ in range(count):
                self._skip_element(element, depth)
        elif kind == MAP:
            self._skip_map(depth)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        else:
            raise ThriftError(f"type {kind} does not exist", self.at)

    def _skip_element(self, kind: int, depth: int) -> None:
        if kind in (TRUE, FALSE):
            self._byte()  # inside of a list a truth value takes a byte
        else:
            self.skip(kind, depth + 1)

    def _skip_map(self, depth: int) -> None:
        count = self._varint()
        if count > len(self.data) - self.at:
            raise ThriftError(f"a map of {count} entries runs out", self.at)
        kinds = self._byte() if count else 0
        for _ in range(count):
            self._skip_element(kinds >> 4, depth)
            self._skip_element(kinds & 15, depth)

    def _byte(self) -> int:
        if self.at >= len(self.data):
            raise ThriftError("cut", self.at)
        self.at += 1
        return self.data[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        for _ in range(MAX_VARINT_BYTES):
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise ThriftError("a number is longer than 10 bytes", self.at)
