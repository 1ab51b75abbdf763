"""R's serialised data: `.rds`, and `.RData` behind its magic, in XDR form. Usually inside gzip, bzip2 or xz.

Source: R Internals, "Serialization Formats"; R's src/main/serialize.c. Reading evaluates nothing by itself, but a stored promise is
evaluated as soon as its value is looked at (CVE-2024-27322), which at the top of a file is at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

PREFIXES = (b"RDX2\n", b"RDX3\n")
SYMBOL, PAIRS, CLOSURE, ENVIRONMENT, PROMISE, CALL, SPECIAL, BUILTIN, CHARS = 1, 2, 3, 4, 5, 6, 7, 8, 9
DOTS, TEXTS, LIST, EXPRESSION, BYTECODE, POINTER, WEAK, RAW, S4 = 17, 16, 19, 20, 21, 22, 23, 24, 25
WIDTHS = {10: 4, 13: 4, 14: 8, 15: 16, RAW: 1}
ALTERNATIVE, REFERENCE = 238, 255
NAMED = (247, 248, 249)  # persistent names, packages, namespaces
CONSTANTS = frozenset({241, 242, 250, 251, 252, 253, 254})
HAS_ATTRIBUTES, HAS_TAG = 0x200, 0x400
ACTIVE_BINDING = 1 << (12 + 15)
NAMES = {CLOSURE: "functions", ENVIRONMENT: "environments", CALL: "calls", PROMISE: "promises", POINTER: "pointers"}
MAX_DEPTH = 100_000


class _Bad(Exception):
    """The bytes contradict the format."""


class _Stream:
    """A cursor that reads big-endian integers through a buffer."""

    def __init__(self, window: Window, at: int) -> None:
        self.window, self.at = window, at
        self.base, self.buffer = 0, b""

    def integer(self) -> int:
        offset = self.at - self.base
        if offset < 0 or offset + 4 > len(self.buffer):
            self.base, self.buffer, offset = self.at, self.window.read_at(self.at, 1 << 16), 0
        data = self.buffer[offset : offset + 4]
        if len(data) < 4:
            raise _Bad("the data ends inside an item")
        self.at += 4
        return int.from_bytes(data, "big")

    def length(self) -> int:
        value = self.integer()
        return value if value != 0xFFFFFFFF else self.integer() << 32 | self.integer()

    def skip(self, size: int) -> None:
        if size > self.window.size - self.at:
            raise _Bad(f"{size} bytes do not fit into the data")
        self.at += size


def _start(data: bytes) -> int | None:
    """Where the stream's format version stands."""
    at = 5 if data[:5] in PREFIXES else 0
    versions = (b"\0\0\0\2", b"\0\0\0\3")
    return at + 2 if data[at : at + 2] == b"X\n" and data[at + 2 : at + 6] in versions else None


def probe(head: Head) -> int:
    return CERTAIN if _start(head.data) is not None else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    stream = _Stream(window, _start(window.read_at(0, 16)) or 2)
    counts: Counter[str] = Counter()
    try:
        version = stream.integer()
        stream.skip(8)
        if version == 3:
            stream.skip(stream.integer())
        yield from _items(stream, scope, counts)
    except _Bad as error:
        yield Metadata(scope.at(0, stream.at), "rds", dict(counts))
        yield scope.broken("rds-malformed", str(error), stream.at, 0, lost=True)
        return
    found: dict[str, Json] = dict(counts)
    yield Metadata(scope.at(0, min(stream.at, window.size)), "rds", found)


def _items(stream: _Stream, scope: Scope, counts: Counter[str]) -> Iterator[Yield]:
    """Items in the order of the stream; a frame counts those that still belong to one parent."""
    frames: list[tuple[int, bool]] = [(1, False)]  # how many, and whether they are inside an environment
    while frames:
        stream.window.budget.tick()
        left, lazy = frames.pop()
        if left > 1:
            frames.append((left - 1, lazy))
        if len(frames) > MAX_DEPTH:
            raise _Bad(f"more than {MAX_DEPTH} levels")
        at = stream.at
        flags = stream.integer()
        kind = flags & 0xFF
        if kind in NAMES:
            counts[NAMES[kind]] += 1
        if kind == PROMISE:
            defect = "rds-promise-in-environment" if lazy else "rds-promise"
            yield scope.broken(defect, "a promise: code that is evaluated when its value is looked at", at, 0)
        if kind == PAIRS and lazy and flags & ACTIVE_BINDING:
            yield scope.broken("rds-active-binding", "a variable that is a function, called when it is read", at, 0)
        children = _children(stream, kind, flags)
        if children:
            frames.append((children, lazy or kind in (ENVIRONMENT, CLOSURE)))


def _children(stream: _Stream, kind: int, flags: int) -> int:
    """Step over an item's own bytes; how many items follow that belong to it."""
    attributes = int(bool(flags & HAS_ATTRIBUTES))
    if kind in CONSTANTS:
        return 0
    if kind in (PAIRS, CALL, CLOSURE, PROMISE, DOTS):
        return 2 + attributes + bool(flags & HAS_TAG)
    if kind in WIDTHS:
        stream.skip(stream.length() * WIDTHS[kind])
        return attributes
    if kind in (TEXTS, LIST, EXPRESSION):
        count = stream.length()
        if count * 4 > stream.window.size - stream.at:
            raise _Bad(f"{count} items do not fit into the data")
        return count + attributes
    return _rare(stream, kind, flags, attributes)


def _rare(stream: _Stream, kind: int, flags: int, attributes: int) -> int:
    if kind == CHARS:
        size = stream.integer()
        stream.skip(0 if size == 0xFFFFFFFF else size)
        return attributes
    if kind == SYMBOL:
        return 1
    if kind == REFERENCE:
        stream.skip(0 if flags >> 8 else 4)
        return 0
    if kind == ENVIRONMENT:
        stream.skip(4)
        return 4
    if kind in NAMED:
        stream.skip(4)
        return stream.integer()
    if kind in (SPECIAL, BUILTIN):
        stream.skip(stream.integer())
        return attributes
    if kind in (POINTER, WEAK, S4):
        return attributes + (2 if kind == POINTER else 0)
    if kind == ALTERNATIVE:
        return 3
    if kind == BYTECODE:
        raise _Bad("unsupported: compiled functions are not read")
    raise _Bad(f"no item of type {kind} exists")


FORMAT = Format(
    id="rds",
    title="R data",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, b"X\n\0\0\0"), (0, b"RDX2\nX\n"), (0, b"RDX3\nX\n")),
    extensions=(".rds", ".rdata", ".rda"),
    opens_with="nothing at once; a stored promise is evaluated when its value is looked at",
    families=("gzip", "bz2", "xz"),
)
