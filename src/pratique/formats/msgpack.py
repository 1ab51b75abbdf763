"""MessagePack documents, as Flax and other libraries write checkpoints in it.

Source: https://github.com/msgpack/msgpack/blob/master/spec.md; flax/serialization.py (extension types 1: array, 2: complex number,
3: numpy scalar). Nothing executes when it is read; an extension means what the reading program makes of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Metadata
from pratique.formats.contract import LIKELY, Format, Head, Nested, Scope, Yield
from pratique.formats.window import Window

MAX_DEPTH = 1000
CHECKED_BYTES = 64  # longer binaries and extensions are looked at for what does not belong there
FIXED = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
SIZED = {0xD9: 1, 0xDA: 2, 0xDB: 4, 0xC4: 1, 0xC5: 2, 0xC6: 4}
EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
COUNTED = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}
MIN_PROBED_ITEMS = 4


class _Bad(Exception):
    """The bytes contradict the format."""


class _Stream:
    """A cursor that reads through a buffer."""

    def __init__(self, window: Window) -> None:
        self.window, self.at, self.base, self.buffer = window, 0, 0, b""

    def number(self, size: int) -> int:
        offset = self.at - self.base
        if offset < 0 or offset + size > len(self.buffer):
            self.base, self.buffer, offset = self.at, self.window.read_at(self.at, 1 << 16), 0
        data = self.buffer[offset : offset + size]
        if len(data) < size:
            raise _Bad("the data ends inside an item")
        self.at += size
        return int.from_bytes(data, "big")

    def skip(self, size: int) -> int:
        """Step over `size` bytes; where they begin."""
        start = self.at
        if size > self.window.size - start:
            raise _Bad(f"{size} bytes do not fit into the data")
        self.at += size
        return start


def probe(head: Head) -> int:
    """A map or array at the top, whose items fill the window, or follow the format as far as the head reaches."""
    first = head.data[0]
    if not (0x80 < first <= 0x8F or first in COUNTED):
        return 0
    stream = _Stream(head.window.slice(0, len(head.data)))
    counts: Counter[str] = Counter()
    try:
        for _ in _items(stream, None, counts):
            pass
    except _Bad:
        enough = sum(counts.values()) >= MIN_PROBED_ITEMS and counts["text"] > 0
        return LIKELY if head.window.size > len(head.data) and enough else 0
    # Without any text only many items that fill the window exactly, under the format's name, are no coincidence.
    telling = counts["text"] > 0 or (
        sum(counts.values()) >= MIN_PROBED_ITEMS and head.name.lower().endswith(".msgpack")
    )
    return LIKELY if stream.at == head.window.size and telling else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    stream = _Stream(window)
    counts: Counter[str] = Counter()
    try:
        yield from _items(stream, scope, counts)
    except _Bad as error:
        yield Metadata(scope.at(0, min(stream.at, window.size)), "msgpack", dict(counts))
        yield scope.broken("msgpack-malformed", str(error), stream.at, 0, lost=True)
        return
    found: dict[str, Json] = dict(counts)
    yield Metadata(scope.at(0, stream.at), "msgpack", found)


def _items(stream: _Stream, scope: Scope | None, counts: Counter[str]) -> Iterator[Yield]:
    """Each item in turn; a frame counts those that still belong to one parent."""
    frames = [1]
    while frames:
        stream.window.budget.tick()
        left = frames.pop()
        if left > 1:
            frames.append(left - 1)
        if len(frames) > MAX_DEPTH:
            raise _Bad(f"more than {MAX_DEPTH} levels")
        children, blob = _item(stream, counts)
        if children > stream.window.size - stream.at and scope is not None:
            raise _Bad(f"{children} items do not fit into the data")
        if children:
            frames.append(children)
        if blob is not None and scope is not None and blob[1] >= CHECKED_BYTES:
            inside = stream.window.slice(*blob)
            yield Nested(f"@{blob[0]:#x}", inside, scope.at(*blob), raw=True)


def _item(stream: _Stream, counts: Counter[str]) -> tuple[int, tuple[int, int] | None]:
    """Step over one item; how many items are in it, and the region of its bytes if it is binary."""
    code = stream.number(1)
    if code <= 0x7F or code >= 0xE0 or code in (0xC0, 0xC2, 0xC3):
        counts["scalar"] += 1
        return 0, None
    if code <= 0x9F:
        counts["table"] += 1
        return (code & 15) * (2 if code <= 0x8F else 1), None
    if code <= 0xBF:
        stream.skip(code & 31)
        counts["text"] += 1
        return 0, None
    if code in FIXED:
        stream.skip(FIXED[code])
        counts["scalar"] += 1
        return 0, None
    if code in COUNTED:
        size, items = COUNTED[code]
        counts["table"] += 1
        return stream.number(size) * items, None
    if code in SIZED:
        size = stream.number(SIZED[code])
        counts["text" if code >= 0xD9 else "binary"] += 1
        start = stream.skip(size)
        return 0, None if code >= 0xD9 else (start, size)
    if code in EXTENSIONS or 0xD4 <= code <= 0xD8:
        size = stream.number(EXTENSIONS[code]) if code in EXTENSIONS else 1 << (code - 0xD4)
        kind = stream.number(1)
        counts[f"extension {kind}"] += 1
        return 0, (stream.skip(size), size)
    raise _Bad(f"the byte {code:#x} begins no item")


FORMAT = Format(
    id="msgpack",
    title="MessagePack (Flax checkpoints)",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=bytes((*range(0x81, 0x90), *COUNTED)),
    extensions=(".msgpack",),
    opens_with="nothing: numbers and texts; extensions mean what the reading program makes of them",
)
