"""UBJSON documents, as XGBoost writes models in it (`.ubj`, and inside of pickled boosters).

Source: https://ubjson.org, draft 12, with the strongly typed containers; XGBoost's src/common/json.cc (`UBJReader`), which writes
object keys and sizes with 8-byte lengths. Nothing executes when it is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Nested, Scope, Yield
from pratique.formats.tree_indices import xgboost_defects
from pratique.formats.window import Window

INTEGERS = {"i": ">b", "U": ">B", "I": ">h", "l": ">i", "L": ">q"}
SCALARS = {**{k: struct.calcsize(v) for k, v in INTEGERS.items()}, "d": 4, "D": 8, "C": 1, "Z": 0, "T": 0, "F": 0}
VALUES = {*SCALARS, "S", "H", "[", "{", "N"}
CONSTANTS = {"Z": None, "T": True, "F": False}
XGBOOST = (b"learner", b"Config", b"Model", b"version")  # first keys of its models and pickled boosters
MAX_DEPTH = 100
MAX_VALUES = 4_000_000
CHECKED_BYTES = 64  # longer strings and byte arrays are looked at for what does not belong there
KEPT_TEXT_BYTES = 4096
MAX_SUMMARY = 100


class _Bad(Exception):
    """The bytes contradict the format."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A strongly typed array, left where it lies."""

    window: Window
    type: str
    offset: int
    count: int

    def integers(self) -> Sequence[int] | None:
        if self.type not in INTEGERS or self.count > MAX_VALUES:
            return None
        data = b"".join(self.window.chunks(self.offset, self.count * SCALARS[self.type]))
        return struct.unpack(f">{self.count}{INTEGERS[self.type][1]}", data)


@dataclass(slots=True)
class _Reader:
    window: Window
    at: int = 0
    values: int = 0
    page_at: int = 0
    page: bytes = b""
    long: list[tuple[int, int]] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)

    def take(self, size: int) -> bytes:
        """The next `size` (few) bytes."""
        inside = self.at - self.page_at
        if inside < 0 or inside + size > len(self.page):
            self.page_at, self.page, inside = self.at, self.window.read_at(self.at, max(1 << 16, size)), 0
        data = self.page[inside : inside + size]
        if len(data) < size:
            raise _Bad("the data ends inside a value")
        self.at += size
        return data

    def skip(self, size: int) -> int:
        """Step over `size` bytes; where they begin."""
        start = self.at
        if size < 0 or size > self.window.size - start:
            raise _Bad(f"{size} bytes do not fit into the data")
        self.at += size
        return start

    def marker(self) -> str:
        mark = "N"
        while mark == "N":  # no operation
            self.window.budget.tick()
            mark = self.take(1).decode("latin-1")
        return mark

    def length(self) -> int:
        mark = self.marker()
        if mark not in INTEGERS:
            raise _Bad(f"{mark!r} begins no length")
        value = int(struct.unpack(INTEGERS[mark], self.take(SCALARS[mark]))[0])
        if value < 0:
            raise _Bad(f"a length of {value}")
        return value

    def text(self) -> str:
        size = self.length()
        start = self.skip(size)
        if size >= CHECKED_BYTES:
            self.long.append((start, size))
        return self.window.read_at(start, min(size, KEPT_TEXT_BYTES)).decode("utf-8", "replace")

    def value(self, mark: str, depth: int) -> Any:
        self.values += 1
        if depth > MAX_DEPTH or self.values > MAX_VALUES:
            raise _Bad(f"more than {MAX_VALUES} values or {MAX_DEPTH} levels")
        if mark in "SH":
            return self.text()
        if mark == "[":
            return self.array(depth)
        if mark == "{":
            return self.table(depth)
        if mark in CONSTANTS:
            return CONSTANTS[mark]
        if mark not in SCALARS:
            raise _Bad(f"{mark!r} begins no value")
        data = self.take(SCALARS[mark])
        return struct.unpack(INTEGERS.get(mark) or {"d": ">f", "D": ">d", "C": "c"}[mark], data)[0]

    def header(self) -> tuple[str | None, int | None, str]:
        """Of a container: the type of all of its values, their number, and the marker that follows where there is none."""
        mark = self.marker()
        kind = None
        if mark == "$":
            kind = self.marker()
            mark = self.marker()
            if mark != "#":
                raise _Bad("a typed container has no count")
        return (kind, self.length(), "") if mark == "#" else (kind, None, mark)

    def array(self, depth: int) -> Any:
        kind, count, mark = self.header()
        if kind in SCALARS and count is not None:
            start = self.skip(count * SCALARS[kind])
            if kind in "UCi" and count >= CHECKED_BYTES:
                self.long.append((start, count))
            return Numbers(self.window, kind, start, count)
        found: list[Any] = []
        while (count is None and mark != "]") or (count is not None and len(found) < count):
            found.append(self.value(kind or mark or self.marker(), depth + 1))
            mark = self.marker() if count is None else ""
        return found

    def table(self, depth: int) -> dict[str, Any]:
        kind, count, mark = self.header()
        if mark and mark != "}":
            self.at -= 1  # the marker of the first key's length
        found: dict[str, Any] = {}
        seen = 0
        while mark != "}" if count is None else seen < count:
            at = self.at
            key = self.text()
            if key in found:
                self.twice.append((at, key))
            found[key] = self.value(kind or self.marker(), depth + 1)
            seen += 1
            if count is None:
                mark = self.marker()
                self.at -= mark != "}"
        return found


def probe(head: Head) -> int:
    """An object whose first key is text with its length before it, or a typed container."""
    data = head.data
    if len(data) < 4:
        return 0
    if data[1:2] == b"$" and data[3:4] == b"#" and chr(data[2]) in VALUES:
        return LIKELY
    mark = chr(data[1])
    if data[:1] != b"{" or mark not in INTEGERS:
        return 0
    start = 2 + SCALARS[mark]
    size = int.from_bytes(data[2:start], "big")
    key = data[start : start + size]
    plain = 0 < size < 256 and len(key) == size and key.isascii() and key.decode().isprintable()
    if not plain or data[start + size : start + size + 1].decode("latin-1") not in VALUES:
        return 0
    return CERTAIN if key in XGBOOST else LIKELY + 20


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    reader = _Reader(window)
    value: Any = None
    defect: str | None = None
    try:
        value = reader.value(reader.marker(), 0)
    except (_Bad, IndexError, struct.error) as error:
        defect = str(error)
    end = min(reader.at, window.size)
    yield Metadata(scope.at(0, end), "ubjson", _summary(value))
    for start, size in reader.long[:MAX_VALUES]:
        yield Nested(f"@{start:#x}", window.slice(start, size), scope.at(start, size), raw=True)
    for at, key in reader.twice[:MAX_SUMMARY]:
        yield scope.broken(
            "json-duplicate-key", f"an object has {key[:80]!r} twice: parsers take one or the other", at, 0
        )
    if defect is not None:
        yield scope.broken("ubjson-malformed", defect, end, 0, lost=True)
        return
    for pointer, message in xgboost_defects(value, _integers):
        yield scope.broken("tree-indices", f"tree {pointer}: {message}", 0, 0)


def _integers(value: Any) -> Sequence[int] | None:
    if isinstance(value, Numbers):
        return value.integers()
    return value if isinstance(value, list) and all(type(item) is int for item in value) else None


def _summary(value: Any, depth: int = 0) -> Json:
    """The document without its arrays and long tables."""
    if isinstance(value, dict) and depth < 4:
        return {k: _summary(v, depth + 1) for k, v in list(value.items())[:MAX_SUMMARY]}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str | int | float | bool | None) else type(value).__name__


FORMAT = Format(
    id="ubjson",
    title="UBJSON (XGBoost models)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=tuple((0, start.encode()) for start in ("{i", "{U", "{I", "{l", "{L", "{$", "[$")),
    extensions=(".ubj", ".ubjson"),
    opens_with="nothing: numbers and texts, and the numbers of tree nodes that a predictor follows",
)
