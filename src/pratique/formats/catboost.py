"""CatBoost models (`.cbm`): `CBM1`, the size of a FlatBuffer, the FlatBuffer, and further parts that it names.

Source: https://github.com/catboost/catboost, catboost/libs/model/model.cpp (`TFullModel::Save`), flatbuffers/model.fbs,
features.fbs, ctr_data.fbs, and static_ctr_provider.cpp (a part is its tables of counters, each a FlatBuffer behind its size).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Member, Metadata, Text
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.flatbuffer import SMALL_HOLE_BYTES, Flat, FlatError, Table, plausible_root
from pratique.formats.window import Window

MAGIC = b"CBM1"
HEADER_BYTES = 8
COUNTERS = "static_provider_v1"
VECTORS = ((1, 4), (2, 4), (3, 4), (8, 8), (9, 8), (10, 4), (11, 4))  # field and bytes an element, of TModelTrees
MAX_INFORMATION = 64


def probe(head: Head) -> int:
    if not head.data.startswith(MAGIC):
        return 0
    return CERTAIN if plausible_root(head.window, HEADER_BYTES) else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    size = int.from_bytes(window.read_at(4, 4), "little")
    end = min(HEADER_BYTES + size, window.size)
    yield Member(scope.at(0, HEADER_BYTES), "catboost-header", HEADER_BYTES)
    flat = Flat(window.slice(0, end), HEADER_BYTES)
    parts: list[str] = []
    try:
        model = flat.root()
        version = model.string(0)
        trees = model.table(1)
        if trees is not None:
            _trees(trees)
        found: dict[str, Json] = {"version": version}
        for number, pair in enumerate(model.tables(2)):
            key, value = pair.string(0), pair.string(1, 1 << 16)
            if number < MAX_INFORMATION:
                found[key] = value[:256]
                yield Text(scope.at(pointer=f"/{key}"), value, "catboost-information")
        yield Metadata(scope.at(pointer=""), "catboost", found)
        parts = _names(model, 3)
    except FlatError as error:
        yield scope.broken("catboost-bounds", f"reading the model stopped: {error}", error.offset, lost=True)
        return
    yield from _regions(flat, end, scope)
    at = end
    for name in parts:
        if name != COUNTERS:
            message = f"the part {name[:80]!r} is not known"
            yield scope.broken("catboost-bounds", message, at, window.size - at, lost=True)
            return
        at = yield from _counters(window, scope, at)


def _regions(flat: Flat, end: int, scope: Scope) -> Iterator[Yield]:
    at = flat.start
    for hole, length in flat.holes(end):
        if length > SMALL_HOLE_BYTES:
            yield Member(scope.at(at, hole - at), "flatbuffer", hole - at)
            at = hole + length
    yield Member(scope.at(at, end - at), "flatbuffer", end - at)


def _names(table: Table, field: int) -> list[str]:
    """A vector of strings."""
    start, count = table.vector(field, 4)
    found = []
    for at in range(start, start + 4 * count, 4):
        place = at + table.flat.number(at, 4)
        length = table.flat.number(place, 4)
        if place + 4 + length > table.flat.window.size:
            raise FlatError(f"a text of {length} bytes runs out of the buffer", place)
        table.flat.visit(place, 4 + length + 1)
        found.append(table.flat.window.read_at(place + 4, min(length, 4096)).decode("utf-8", "replace"))
    return found


def _trees(trees: Table) -> None:
    """Visits what the trees and features hold."""
    for field, width in VECTORS:
        trees.vector(field, width)
    for field in (4, 12, 14):  # categorical, text and embedding features
        for feature in trees.tables(field):
            feature.string(2)
    for feature in trees.tables(5):
        feature.vector(3, 4)
        feature.string(4)
    for feature in trees.tables(6):
        feature.vector(1, 4)
        _names(feature, 2)
    for feature in trees.tables(7):
        feature.vector(1, 4)
        counter = feature.table(0)
        if counter is not None:
            _combination(counter.table(0))
    for feature in trees.tables(13):
        feature.vector(3, 4)
    for field in (15, 16):  # scale and bias of newer versions
        trees.place(field)


def _combination(counter: Table | None) -> None:
    combined = counter.table(0) if counter is not None else None
    if combined is not None:
        for field, width in ((0, 4), (1, 8), (2, 8)):
            combined.vector(field, width)


def _counters(window: Window, scope: Scope, at: int) -> Generator[Yield, None, int]:
    """The tables of counters, each a FlatBuffer behind its size; returns where they end."""
    count = int.from_bytes(window.read_at(at, 4), "little")
    yield Member(scope.at(at, 4), "catboost-counters", 4)
    at += 4
    for _ in range(count):
        window.budget.tick()
        size = int.from_bytes(window.read_at(at, 4), "little")
        end = at + 4 + size
        if at + 8 > window.size or end > window.size:
            yield scope.broken(
                "catboost-bounds", "a table of counters runs out of the file", at, window.size - at, lost=True
            )
            break
        flat = Flat(window.slice(0, end), at + 4)
        try:
            table = flat.root()
            _combination(table.table(0))
            table.vector(1, 1)
            table.vector(2, 1)
        except FlatError as error:
            yield scope.broken("catboost-bounds", f"a table of counters: {error}", error.offset, lost=True)
            break
        yield Member(scope.at(at, 4), "catboost-counters", 4)
        yield from _regions(flat, end, scope)
        at = end
    return at


FORMAT = Format(
    id="catboost",
    title="CatBoost model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".cbm",),
    opens_with="nothing: numbers of tree nodes that a predictor follows",
)
