"""XGBoost's old binary models (until 2.x), alone or as pickled boosters of 1.x hold them (behind `CONFIG-offset:`).

Source: XGBoost 1.7, src/learner.cc (`LearnerIO::Load`, `LearnerModelParamLegacy`), src/gbm/gbtree.cc and gbtree_model.h
(`GBTreeModelParam`), include/xgboost/tree_model.h (`TreeParam`, `Node`, `RTreeNodeStat`), src/gbm/gblinear_model.h. The structures
are written as they lie in memory, little-endian, and node numbers are followed at prediction.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Metadata
from pratique.formats.contract import CERTAIN, Format, Head, Nested, Scope, Yield
from pratique.formats.tree_indices import LEAF, MAX_REPORTED, xgboost_defect
from pratique.formats.window import Window

MAGIC = b"binf"
CONFIG = b"CONFIG-offset:"
LEARNER_BYTES, GBTREE_BYTES, TREE_BYTES, NODE_BYTES, STAT_BYTES, LINEAR_BYTES = 136, 160, 148, 20, 16, 136
MAX_NODES = 1 << 22
MAX_TEXT_BYTES = 1 << 16
BOOSTERS = ("gbtree", "dart", "gblinear")


class _Bad(Exception):
    """The bytes contradict the format."""


@dataclass(slots=True)
class _Cursor:
    window: Window
    at: int = 0

    def take(self, size: int) -> bytes:
        data = self.window.read_at(self.at, size) if size else b""
        if len(data) < size:
            raise _Bad(f"{size} bytes do not fit into the file")
        self.at += size
        return data

    def number(self, width: int = 8) -> int:
        return int.from_bytes(self.take(width), "little", signed=width == 4)

    def skip(self, size: int) -> None:
        if size < 0 or size > self.window.size - self.at:
            raise _Bad(f"{size} bytes do not fit into the file")
        self.at += size

    def text(self) -> str:
        size = self.number()
        if size > MAX_TEXT_BYTES:
            raise _Bad(f"a name of {size} bytes")
        return self.take(size).decode("utf-8", "replace")


def probe(head: Head) -> int:
    return CERTAIN if head.data.startswith((MAGIC, CONFIG)) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    cursor = _Cursor(window)
    facts: dict[str, str | int | float] = {}
    end = window.size
    if window.read_at(0, len(CONFIG)) == CONFIG:
        start = len(CONFIG) + 8
        end = min(start + int.from_bytes(window.read_at(len(CONFIG), 8), "little"), window.size)
        yield Member(scope.at(0, start), "xgboost-offset", start)
        yield Nested("config", window.slice(end), scope.at(end, window.size - end), format="json")
        cursor = _Cursor(window.slice(0, end), start)
    start = cursor.at
    try:
        for reported, (number, message) in enumerate(_model(cursor, facts)):
            if reported < MAX_REPORTED:
                yield scope.broken("tree-indices", f"tree {number}: {message}", start, 0)
    except (_Bad, struct.error) as error:
        yield scope.broken("xgboost-binary", str(error), cursor.at, 0, lost=True)
    yield Metadata(scope.at(start, cursor.at - start), "xgboost-binary", dict(facts))


def _model(cursor: _Cursor, facts: dict[str, str | int | float]) -> Iterator[tuple[int, str]]:
    """Defects of its trees by their number."""
    if cursor.take(4) != MAGIC:
        raise _Bad("no model begins with other than binf")
    width, classes, attributes, metrics, major, minor = struct.unpack_from("<Iiiiii", cursor.take(LEARNER_BYTES), 4)
    objective, booster = cursor.text(), cursor.text()
    facts |= {
        "features": width,
        "classes": classes,
        "objective": objective,
        "booster": booster,
        "version": f"{major}.{minor}",
    }
    if booster not in BOOSTERS:
        raise _Bad(f"the booster {booster[:40]!r} is not known")
    if booster == "gblinear":
        cursor.skip(LINEAR_BYTES)
        cursor.skip(4 * cursor.number())
    else:
        yield from _trees(cursor, width, booster == "dart", vectors=major < 1)
    if attributes:
        for _ in range(2 * cursor.number()):
            cursor.window.budget.tick()
            cursor.skip(cursor.number())
    if objective == "count:poisson" and major < 1:
        cursor.skip(cursor.number())
    for _ in range(cursor.number() if metrics else 0):
        cursor.window.budget.tick()
        cursor.skip(cursor.number())


def _trees(cursor: _Cursor, width: int, dart: bool, vectors: bool) -> Iterator[tuple[int, str]]:
    count = cursor.number(4)
    cursor.skip(GBTREE_BYTES - 4)
    if count < 0 or count * TREE_BYTES > cursor.window.size:
        raise _Bad(f"{count} trees do not fit into the file")
    for number in range(count):
        cursor.window.budget.tick()
        _, nodes, _, _, _, leaf_vector = struct.unpack_from("<6i", cursor.take(TREE_BYTES))
        if not 0 < nodes <= MAX_NODES:
            raise _Bad(f"a tree of {nodes} nodes")
        start = cursor.at
        cursor.skip(nodes * (NODE_BYTES + STAT_BYTES))
        if leaf_vector and vectors:  # written until 0.90
            cursor.skip(4 * cursor.number())
        data = b"".join(cursor.window.chunks(start, nodes * NODE_BYTES))
        fields = list(struct.iter_unpack("<iiiIf", data))
        left = [LEAF if f[1] == LEAF else f[1] for f in fields]
        defect = xgboost_defect(left, [f[2] for f in fields], [f[3] & 0x7FFFFFFF for f in fields], width)
        if defect:
            yield number, defect
    cursor.skip(4 * count)
    if dart and count:
        cursor.skip(4 * cursor.number())


FORMAT = Format(
    id="xgboost-binary",
    title="XGBoost model of the old binary form",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC), (0, CONFIG)),
    opens_with="nothing: numbers, and the numbers of tree nodes that a predictor follows",
)
