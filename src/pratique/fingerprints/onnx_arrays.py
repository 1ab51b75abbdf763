"""The initialisers and constants of an ONNX model as arrays: from `raw_data`, or from the typed fields (onnx.proto)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Tensor
from pratique.fingerprints.state_dict import NotReadError
from pratique.fingerprints.tensor_files import Array, canonical_onnx
from pratique.formats.contract import Format, Scope
from pratique.formats.onnx_graph import EXTERNAL, TENSOR, TYPES
from pratique.formats.protobuf_wire import FIXED32, FIXED64, LENGTH, Span, Wire, WireError
from pratique.formats.window import Window

MAX_TYPED_BYTES = 256 << 20
_BITS = dict(TYPES)
_PLAIN = {"float_data", "double_data"}  # fixed-width little-endian values, as in raw_data
_VARINTS = {"int32_data", "int64_data", "uint64_data"}


def arrays(format_: Format, window: Window, name: str) -> Iterator[Array]:
    """Every tensor of the model. Raises `NotReadError`, for tensors with external data too."""
    wire = Wire(window)
    for item in format_.read(window, Scope(Locator(name))):
        if isinstance(item, Broken) and item.lost:
            raise NotReadError(item.message[:200])
        if isinstance(item, Tensor) and item.where.offset is not None:
            try:
                yield _array(item, Span(item.where.offset, item.where.length or 0), wire, window)
            except WireError as error:
                raise NotReadError(str(error)) from None


def _array(part: Tensor, span: Span, wire: Wire, window: Window) -> Array:
    name = part.name or part.where.pointer or ""
    message = wire.decode(span, TENSOR)
    if message.number("data_location") == EXTERNAL or message.all("external_data"):
        raise NotReadError(f"{name!r}: its bytes are in another file")
    dtype = canonical_onnx(part.dtype)
    raw = message.last("raw_data")
    bits = _BITS.get(part.dtype, 0)
    if not bits or any(n < 0 for n in part.shape):
        raise NotReadError(f"{name!r}: {part.dtype} {list(part.shape)}")
    count = 1
    for n in part.shape:
        count *= n
    size = (count * bits + 7) // 8
    data = window.slice(raw.offset, raw.length) if raw is not None else _typed(span, wire, bits, name)
    if data.size != size:
        raise NotReadError(f"{name!r}: {size} bytes are needed, {data.size} are there")
    return Array(name, dtype, part.shape, data, 1, data_bytes=size)


def _typed(span: Span, wire: Wire, bits: int, name: str) -> Window:
    if bits % 8:
        raise NotReadError(f"{name!r}: packed items in a typed field")
    out = bytearray()
    for found in wire.fields(span):
        field = TENSOR.name_of(found)
        if field in _PLAIN and found.kind == LENGTH:
            for piece in wire.window.chunks(found.payload.offset, found.payload.length):
                out += piece
        elif field in _PLAIN and found.kind in (FIXED32, FIXED64):
            out += found.value.to_bytes(4 if found.kind == FIXED32 else 8, "little")
        elif field in _VARINTS:
            values = wire.packed(found.payload) if found.kind == LENGTH else iter((found.value,))
            for value in values:
                out += (value & ((1 << bits) - 1)).to_bytes(bits // 8, "little")
        if len(out) > MAX_TYPED_BYTES:
            raise NotReadError(f"{name!r}: more than {MAX_TYPED_BYTES} bytes in typed fields")
    return Window.of_bytes(bytes(out), wire.window.budget)
