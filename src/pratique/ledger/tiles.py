"""Tiles: where the hashes of a tree are kept (https://c2sp.org/tlog-tiles).

A tile holds up to 256 hashes side by side. At level 0 they are leaf hashes; above, each is the root over a full tile of the level
below. The tiles that are not yet full are the right edge of the tree: appending and computing its root needs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pratique.domain.errors import TamperedError
from pratique.ledger.tree import HASH_BYTES, leaf_hash, perfect_root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
FULL_BYTES = TILE_WIDTH * HASH_BYTES
LEVELS = 8  # of a tree of at most 2**63 entries

Fetch: TypeAlias = Callable[[int, int], bytes | None]
"""`fetch(level, number)`: the stored hashes of a tile, or None."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's coordinates: its level, its number within the level, and how many hashes it has."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where tlog-tiles serves it."""
        return f"tile/{self.level}/{number_path(self.number, self.width)}"


def number_path(number: int, width: int = TILE_WIDTH) -> str:
    """1234067 as `x001/x234/067`, with `.p/WIDTH` after it unless full."""
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree, level by level from the left."""
    for level in range(LEVELS):
        hashes = size >> TILE_HEIGHT * level
        yield from (Tile(level, number) for number in range(hashes // TILE_WIDTH))
        if hashes % TILE_WIDTH:
            yield Tile(level, hashes // TILE_WIDTH, hashes % TILE_WIDTH)


class TileReader:
    """The nodes of the tree of `size`, out of stored tiles. Stored tiles may have grown further: only a prefix is read."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._read: dict[tuple[int, int], bytes] = {}

    def node(self, height: int, number: int) -> bytes:
        """As `tree.Nodes`. Raises `TamperedError` where a tile is missing or short."""
        level, rest = divmod(height, TILE_HEIGHT)
        first = number << rest
        hashes = self.hashes(level, first // TILE_WIDTH)
        begin, count = first % TILE_WIDTH, 1 << rest
        return perfect_root([hashes[HASH_BYTES * i : HASH_BYTES * (i + 1)] for i in range(begin, begin + count)])

    def hashes(self, level: int, number: int) -> bytes:
        """The hashes that the tile has in a tree of this size."""
        if (level, number) not in self._read:
            wanted = HASH_BYTES * min(TILE_WIDTH, (self.size >> TILE_HEIGHT * level) - number * TILE_WIDTH)
            stored = self._fetch(level, number) or b""
            if len(stored) < wanted:
                raise TamperedError(
                    f"tile {level}/{number} holds {len(stored)} bytes instead of {wanted}: hashes are lost"
                )
            self._read[level, number] = stored[:wanted]
        return self._read[level, number]


class Edge:
    """The right edge of a tree, which grows; `changed` are the tiles to store."""

    def __init__(self, reader: TileReader) -> None:
        self.size = reader.size
        self.changed: dict[tuple[int, int], bytes] = {}
        self._partial: list[bytes] = []
        for level in range(LEVELS):
            count = self.size >> TILE_HEIGHT * level
            self._partial.append(reader.hashes(level, count // TILE_WIDTH) if count % TILE_WIDTH else b"")

    def add(self, entry: bytes) -> None:
        """Append an entry: a tile that becomes full sends its root to the level above."""
        grown = leaf_hash(entry)
        for level, partial in enumerate(self._partial):
            hashes = partial + grown
            self.changed[level, self.size >> TILE_HEIGHT * (level + 1)] = hashes
            if len(hashes) < FULL_BYTES:
                self._partial[level] = hashes
                break
            self._partial[level] = b""
            grown = perfect_root([hashes[i : i + HASH_BYTES] for i in range(0, FULL_BYTES, HASH_BYTES)])
        self.size += 1

    def reader(self) -> TileReader:
        """The tree as it has grown; enough for its root."""
        edge = {(level, self.size >> TILE_HEIGHT * (level + 1)): hashes for level, hashes in enumerate(self._partial)}
        return TileReader(self.size, lambda level, number: edge.get((level, number)))
