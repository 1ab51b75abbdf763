"""A single ONNX TensorProto in a file (`input_0.pb`): test data beside models.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, message TensorProto. Nothing executes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Member
from pratique.formats.contract import LIKELY, Format, Head, Scope, Yield
from pratique.formats.onnx_graph import TENSOR, TYPES, GraphReader
from pratique.formats.protobuf_wire import Span, Wire, WireError, outline
from pratique.formats.window import Window

_PAYLOADS = {"raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data"}


def probe(head: Head) -> int:
    wire = Wire(head.window)
    tensor = outline(wire, wire.whole, TENSOR)
    code = tensor.first.get("data_type")
    if not tensor.clean or code is None or not 0 < code.value < len(TYPES):
        return 0
    name = tensor.first.get("name")
    if name is not None and not wire.text(Span(name.payload.offset, min(name.payload.length, 64))).isprintable():
        return 0
    return LIKELY if _PAYLOADS & tensor.known.keys() or "dims" in tensor.known else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    try:
        yield from GraphReader(wire, scope, frozenset()).tensor(wire.whole, "")
        yield Member(scope.at(0, window.size), "onnx-tensor", window.size)
    except WireError as error:
        yield scope.broken("onnx-wire", f"not a TensorProto from here on: {error}", error.offset, lost=True)


FORMAT = Format(
    id="onnx-tensor",
    title="ONNX tensor",
    kind=ArtifactKind.DATASET,
    read=read,
    probe=probe,
    first_bytes=b"\x08\x0a\x10\x42\x4a",
    extensions=(),
    opens_with="nothing: one raw tensor",
)
