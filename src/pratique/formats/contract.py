"""What a format module exports: one `FORMAT`.

A reader is a generator: `read(window, scope)` yields parts, and `Nested` for content that the walk must identify by itself.
It never raises on bad bytes: it yields `Broken` (with `lost=True` where the rest of the window cannot be read) and keeps
what it saw before. The union of the byte ranges of what it yields is what it accounts for; the rest becomes a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from pratique.domain.artifact import ArtifactKind
from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Facts, Part, Scalar
from pratique.formats.window import Window

HEAD_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a window lies in the artifact, for its reader to point from."""

    base: Locator
    depth: int = 0

    @property
    def name(self) -> str:
        """The last component of the innermost name: a claim, never an identity."""
        full = self.base.members[-1] if self.base.members else self.base.path
        return full.replace("\\", "/").rsplit("/", 1)[-1]

    def at(
        self,
        offset: int | None = None,
        length: int | None = None,
        *,
        line: int | None = None,
        tensor: str | None = None,
        row: int | None = None,
        pointer: str | None = None,
    ) -> Locator:
        """A place in this window; a part whose `where` has offset and length accounts for these bytes."""
        base = self.base
        return Locator(base.path, base.members, offset, length, line, tensor, row, pointer)

    def broken(
        self,
        defect: str,
        message: str,
        offset: int = 0,
        length: int | None = None,
        *,
        lost: bool = False,
        **facts: Scalar,
    ) -> Broken:
        pairs: Facts = tuple(sorted(facts.items()))
        return Broken(self.at(offset, length), defect, message[:500], pairs, lost)

    def inside(self, name: str) -> Scope:
        base = self.base
        return Scope(replace(base, members=(*base.members, name), offset=None, length=None), self.depth + 1)


@dataclass(frozen=True, slots=True)
class Nested:
    """Content for the walk to identify and read by itself.

    `where` is its region in the parent (for accounting: the region counts as accounted as far as the content does).
    `format` forces a format that the parent knows for certain (a `data.pkl` is unpickled whatever it looks like);
    content-based formats are then tried as well, never instead. `raw` marks bytes that the parent explains by itself
    (tensor storage): they are accounted for, and only identified if they are of a kind that should not be there.
    """

    name: str
    window: Window
    where: Locator
    format: str | None = None
    raw: bool = False
    shared: bool = (
        False  # bytes from the window's first on, which another certain format of it reads as well, if there is one
    )
    incomplete: str | None = None  # why the window ends early, if it does: becomes a gap


Yield: TypeAlias = Part | Nested


@dataclass(frozen=True, slots=True)
class Head:
    """What a probe may look at cheaply."""

    data: bytes  # the first HEAD_BYTES
    window: Window
    name: str


CERTAIN = 100  # a magic number and a consistent header
LIKELY = 60  # parses as this format from the start
POSSIBLE = 20  # consistent with it, and with others


@dataclass(frozen=True, slots=True)
class Format:
    """A reader and how to know its content.

    `magics` are `(offset, bytes)` pairs of which any one makes the format a candidate; a format without magics is a
    candidate for content whose first byte is in `first_bytes` (any, when empty). `probe` then says how sure it is
    (0 to 100); every `CERTAIN` match is read, and the best other one when there is none.
    `extensions` are the names that claim this format: used to report disagreement, never to decide.
    """

    id: str
    title: str
    kind: ArtifactKind
    read: Callable[[Window, Scope], Iterator[Yield]]
    probe: Callable[[Head], int]
    magics: tuple[tuple[int, bytes], ...] = ()
    first_bytes: bytes = b""
    extensions: tuple[str, ...] = ()
    opens_with: str = ""  # what opening it executes, in a phrase for the user
    tail_magics: tuple[bytes, ...] = ()  # looked for in the last 64 KiB (zip's end record)
    families: tuple[str, ...] = ()  # names claiming one of these formats do not disagree with this one
