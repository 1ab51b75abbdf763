"""The full check of a log, entry by entry, and against checkpoints that somebody remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pratique.domain.errors import TamperedError
from pratique.ledger.checkpoint import Checkpoint, Signed
from pratique.ledger.log import Log
from pratique.ledger.tiles import FULL_BYTES, TILE_WIDTH, Edge, TileReader
from pratique.ledger.tree import EMPTY_ROOT, root


@dataclass(frozen=True, slots=True)
class Audit:
    """The evidence of a check that found nothing wrong."""

    signed: Signed
    entries: int
    tiles: int
    cosigned: int  # kept checkpoints with cosignatures
    remembered: int


def audit(log: Log, remembered: Iterable[Checkpoint] = ()) -> Audit:
    """Check everything, and raise `TamperedError` that says what is wrong.

    (1) Nothing is stored beyond the last checkpoint; (2) its signature, and the right edge; (3) every entry is there, hashes to
    the stored tiles, and these to the tiles above; (4) the root over all of it is the signed one; (5) every kept and (6) every
    remembered checkpoint is a prefix of this tree.
    """
    last = log.database.rows("SELECT max(position) FROM log_entry")[0][0]
    signed = log.current()  # (2)
    latest = signed.checkpoint
    if last is not None and last >= latest.size:  # (1)
        raise TamperedError(f"entry {last} is stored beyond the last checkpoint, which has {latest.size} entries")
    tiles, computed = _rebuild(log, latest.size)  # (3)
    if computed != latest.root:  # (4)
        raise TamperedError(f"the entries do not lead to the root of the checkpoint of {latest.size} entries")
    kept = log.kept()
    for old in kept:  # (5)
        log.check_descent(old.checkpoint, latest)
    known = list(remembered)
    for checkpoint in known:  # (6)
        if checkpoint.origin != latest.origin:
            raise TamperedError(f"the remembered checkpoint is of the log {checkpoint.origin!r}, not {latest.origin!r}")
        log.check_descent(checkpoint, latest)
    return Audit(signed, latest.size, tiles, len(kept), len(known))


def _rebuild(log: Log, size: int) -> tuple[int, bytes]:
    """Grow the tree again from its entries, a tile at a time, and compare every tile. Returns their count and the root."""
    edge = Edge(TileReader(0, lambda level, number: None))
    tiles = 0
    for begin in range(0, size, TILE_WIDTH):
        for digest in _entries(log, begin, min(begin + TILE_WIDTH, size)):
            edge.add(digest)
        tiles += _compare(log, edge, done=edge.size == size)
    return tiles, root(size, edge.reader().node) if size else EMPTY_ROOT


def _entries(log: Log, begin: int, end: int) -> list[bytes]:
    found = log.database.rows(
        "SELECT position, digest FROM log_entry WHERE position >= ? AND position < ? ORDER BY position", (begin, end)
    )
    for expected, (position, _) in zip(range(begin, end), found, strict=False):
        if position != expected:
            raise TamperedError(f"entry {expected} is missing from {log.database.place}")
    if len(found) != end - begin:
        raise TamperedError(f"entry {begin + len(found)} is missing from {log.database.place}")
    return [bytes(digest) for _, digest in found]


def _compare(log: Log, edge: Edge, done: bool) -> int:
    """Compare the tiles that are finished (all, when `done`) with the stored ones."""
    finished = [key for key, hashes in edge.changed.items() if done or len(hashes) == FULL_BYTES]
    for level, number in finished:
        hashes = edge.changed.pop((level, number))
        if (log.stored_tile(level, number) or b"")[: len(hashes)] != hashes:
            raise TamperedError(f"tile {level}/{number} does not hold the hashes of its entries")
    return len(finished)
