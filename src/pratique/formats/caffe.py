"""Caffe networks (`.caffemodel`): one NetParameter with weights.

Source: https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto. A layer of type `Python` imports the
module that
it names and calls a class of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Operator, Scalar
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_regions import understood
from pratique.formats.protobuf_wire import Span, Wire, WireError, WireField, outline, schema
from pratique.formats.window import Window

NET = schema(
    "NetParameter",
    BYTES="1:name 2:layers 3:input 6:state 8:input_shape 100:layer",
    INTS="4:input_dim",
    INT="5:force_backward 7:debug_info",
)
LAYER = schema("LayerParameter", BYTES="1:name 2:type 130:python_param")
OLD_LAYER = schema("V1LayerParameter", BYTES="1:layer 4:name", INT="5:type")
PYTHON = schema("PythonParameter", BYTES="1:module 2:layer 3:param_str", INT="4:share_in_parallel")


def probe(head: Head) -> int:
    wire = Wire(head.window)
    net = outline(wire, wire.whole, NET, 64)
    if net.unknown or not {"layer", "layers"} & net.known.keys() or net.known.get("name", 0) > 1:
        return 0
    try:
        if not _plausible(wire, net.first.get("layer"), net.first.get("layers")):
            return 0
    except WireError:
        return 0
    return CERTAIN if net.clean else LIKELY


def _plausible(wire: Wire, layer: WireField | None, old: WireField | None) -> bool:
    if layer is not None:
        decoded = wire.decode(layer.payload, LAYER)
        return bool(decoded.text("name", 64)) and decoded.text("type", 64).isidentifier()
    if old is None:
        return False
    decoded = wire.decode(old.payload, OLD_LAYER)
    return decoded.text("name", 64).isprintable() and "name" in decoded.spans and "type" in decoded.numbers


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    position = 0
    try:
        for found in wire.fields(wire.whole):
            name = NET.name_of(found)
            if name == "layer":
                yield _layer(wire, found.payload, scope, f"/layer/{position}")
                position += 1
            elif name == "layers":
                kind = wire.decode(found.payload, OLD_LAYER).number("type")
                where = scope.at(found.offset, found.length, pointer=f"/layers/{position}")
                yield Operator(where, "caffe", "v1", f"type-{kind}")
                position += 1
            # Forks of Caffe add fields of their own to the net; weights may stand in any of them.
            yield understood(found, NET, scope)
    except WireError as error:
        yield scope.broken("caffe-wire", f"not a network from here on: {error}", error.offset, lost=True)


def _layer(wire: Wire, span: Span, scope: Scope, pointer: str) -> Operator:
    layer = wire.decode(span, LAYER)
    facts: list[tuple[str, Scalar]] = [("name", layer.text("name", 256))]
    python = layer.last("python_param")
    if python is not None:
        decoded = wire.decode(python, PYTHON)
        facts += [(key, decoded.text(key, 256)) for key in ("module", "layer", "param_str")]
    return Operator(
        scope.at(span.offset, span.length, pointer=pointer), "caffe", "", layer.text("type", 128), tuple(facts)
    )


FORMAT = Format(
    id="caffe",
    title="Caffe network",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a\x12\x1a\xa2",
    extensions=(".caffemodel",),
    opens_with="the layers: a Python layer imports the module that it names",
)
