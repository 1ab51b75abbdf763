"""MXNet parameters (`.params`): arrays, then their names.

Source: https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc (NDArray::Save, kMXAPINDArrayListMagic).
Nothing
executes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member, Tensor
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.window import Window

MAGIC = bytes.fromhex("1201000000000000")  # kMXAPINDArrayListMagic
ARRAY_V2, ARRAY_V3 = 0xF993FAC9, 0xF993FACA
TYPES = {
    0: ("float32", 4), 1: ("float64", 8), 2: ("float16", 2), 3: ("uint8", 1), 4: ("int32", 4), 5: ("int8", 1),
    6: ("int64", 8), 7: ("bool", 1), 8: ("int16", 2), 9: ("uint16", 2), 10: ("uint32", 4), 11: ("uint64", 8),
    12: ("bfloat16", 2),
}  # fmt: skip
MAX_DIMENSIONS = 32
MAX_NAME_BYTES = 4096


def probe(head: Head) -> int:
    return CERTAIN if head.data[:16] == MAGIC + bytes(8) and head.window.size >= 32 else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    def number(at: int, width: int) -> int:
        return int.from_bytes(window.read_at(at, width), "little")

    count = number(16, 8)
    yield Member(scope.at(0, 24), "mxnet-header", 24)
    at = 24
    for position in range(count):
        window.budget.tick()
        magic, stype, dimensions = number(at, 4), number(at + 4, 4), number(at + 8, 4)
        if magic not in (ARRAY_V2, ARRAY_V3) or stype != 0 or dimensions > MAX_DIMENSIONS or at + 12 > window.size:
            yield scope.broken("mxnet-parameters", f"array {position} of {count} is not dense", at, lost=True)
            return
        shape = tuple(number(at + 12 + 8 * i, 8) for i in range(dimensions))
        header = 12 + 8 * dimensions + 12  # shape, context, type
        dtype, width = TYPES.get(number(at + header - 4, 4), ("", 0))
        size = width
        for n in shape:
            size *= n
        end = at + header + size
        if not dtype or end > window.size:
            yield scope.broken("mxnet-parameters", f"array {position} runs out of the file", at, lost=True)
            return
        yield Tensor(scope.at(at, end - at, tensor=str(position)), str(position), dtype, shape)
        at = end
    names = at
    for _ in range(number(at, 8)):
        window.budget.tick()
        length = number(at + 8, 8)
        if length > MAX_NAME_BYTES or at + 16 + length > window.size:
            yield scope.broken("mxnet-parameters", "a name runs out of the file", at, lost=True)
            return
        at += 8 + length
    yield Member(scope.at(names, at + 8 - names), "mxnet-names", at + 8 - names)


FORMAT = Format(
    id="mxnet-parameters",
    title="MXNet parameters",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC),),
    extensions=(".params",),
    opens_with="nothing: raw tensors",
)
