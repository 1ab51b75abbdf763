"""PaddlePaddle parameters (`inference.pdiparams`): tensors one after the other.

Source: paddle/fluid/framework/lod_tensor.cc and tensor_util.cc, SerializeToStream: version (4 bytes), LoD levels
(8), each level
(8-byte length and data), tensor version (4), length of the TensorDesc (4), TensorDesc, raw data. Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Tensor
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Span, Wire, WireError, schema
from pratique.formats.window import Window

DESCRIPTION = schema("TensorDesc", INT="1:data_type", INTS="2:dims")
# VarType.Type: name and bytes of one element.
TYPES = {
    0: ("bool", 1), 1: ("int16", 2), 2: ("int32", 4), 3: ("int64", 8), 4: ("float16", 2), 5: ("float32", 4),
    6: ("float64", 8), 20: ("uint8", 1), 21: ("int8", 1), 22: ("bfloat16", 2), 23: ("complex64", 8),
    24: ("complex128", 16),
}  # fmt: skip
MAX_DESCRIPTION_BYTES = 1024
MAX_LEVELS = 16
PROBED = 4


@dataclass(frozen=True, slots=True)
class _Record:
    at: int
    end: int
    dtype: str
    shape: tuple[int, ...]


def _record(wire: Wire, at: int) -> _Record:
    """The tensor at `at`. Raises `WireError`."""
    window = wire.window
    start = at
    head = window.read_at(at, 12)
    levels = int.from_bytes(head[4:12], "little")
    if len(head) < 12 or head[:4] != bytes(4) or levels > MAX_LEVELS:
        raise WireError("not a tensor", at)
    at += 12
    for _ in range(levels):
        at += 8 + int.from_bytes(window.read_at(at, 8), "little")
    sizes = window.read_at(at, 8)
    length = int.from_bytes(sizes[4:8], "little")
    if len(sizes) < 8 or sizes[:4] != bytes(4) or not 0 < length <= MAX_DESCRIPTION_BYTES:
        raise WireError("a tensor without description", start)
    description = wire.decode(Span(at + 8, length), DESCRIPTION)
    dtype, width = TYPES.get(description.number("data_type", -1), ("", 0))
    shape = tuple(description.numbers.get("dims", []))
    count = 1
    for n in shape[:64]:
        count *= n
    end = at + 8 + length + count * width
    if not width or description.unknown or end > window.size:
        raise WireError("a tensor that runs out of the file", start)
    return _Record(start, end, dtype, shape)


def probe(head: Head) -> int:
    wire = Wire(head.window)
    at = read_records = 0
    try:
        while at < head.window.size and read_records < PROBED:
            at = _record(wire, at).end
            read_records += 1
    except WireError:
        return LIKELY if read_records else 0
    return CERTAIN if read_records else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    at = position = 0
    try:
        while at < window.size:
            record = _record(wire, at)
            where = scope.at(at, record.end - at, tensor=str(position))
            yield Tensor(where, str(position), record.dtype, record.shape)
            at = record.end
            position += 1
    except WireError as error:
        yield scope.broken("paddle-parameters", f"tensor {position}: {error}", error.offset, lost=True)


FORMAT = Format(
    id="paddle-parameters",
    title="PaddlePaddle parameters",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, bytes(4)),),
    extensions=(".pdiparams",),
    opens_with="nothing: raw tensors",
)
