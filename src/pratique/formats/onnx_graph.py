"""ONNX graphs: nodes as operators, initializers as tensors, subgraphs wherever an attribute holds one.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto and docs/ExternalData.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pratique.domain.part import Json, Metadata, Operator, Scalar, Tensor
from pratique.formats.contract import Nested, Scope, Yield
from pratique.formats.protobuf_wire import LENGTH, Decoded, Span, Wire, WireField, schema

OPSET = schema("OperatorSetIdProto", BYTES="1:domain", INT="2:version")
KEY_VALUE = schema("StringStringEntryProto", BYTES="1:key 2:value")
GRAPH = schema(
    "GraphProto",
    BYTES="1:node 2:name 5:initializer 10:doc_string 11:input 12:output 13:value_info 14:quantization_annotation"
    " 15:sparse_initializer 16:metadata_props",
)
FUNCTION = schema(
    "FunctionProto",
    INT="2:since_version 3:status",
    BYTES="1:name 4:input 5:output 6:attribute 7:node 8:doc_string 9:opset_import 10:domain 11:attribute_proto"
    " 12:value_info 13:overload 14:metadata_props",
)
NODE = schema(
    "NodeProto",
    BYTES="1:input 2:output 3:name 4:op_type 5:attribute 6:doc_string 7:domain 8:overload 9:metadata_props"
    " 10:device_configurations",
)
ATTRIBUTE = schema(
    "AttributeProto",
    FLOAT="2:f",
    INT="3:i 20:type",
    BYTES="1:name 4:s 5:t 6:g 9:strings 10:tensors 11:graphs 13:doc_string 14:tp 15:type_protos 21:ref_attr_name"
    " 22:sparse_tensor 23:sparse_tensors",
    NUMBERS="7:floats 8:ints",
)
TENSOR = schema(
    "TensorProto",
    INTS="1:dims",
    INT="2:data_type 14:data_location",
    NUMBERS="4:float_data 5:int32_data 7:int64_data 10:double_data 11:uint64_data",
    BLOBS="6:string_data",
    BYTES="3:segment 8:name 9:raw_data 12:doc_string 13:external_data 16:metadata_props",
)
SPARSE = schema("SparseTensorProto", BYTES="1:values 2:indices", INTS="3:dims")
# TensorProto.DataType: name and bits of one element (0 where raw_data is not allowed).
TYPES = (
    ("undefined", 0), ("float32", 32), ("uint8", 8), ("int8", 8), ("uint16", 16), ("int16", 16), ("int32", 32),
    ("int64", 64), ("string", 0), ("bool", 8), ("float16", 16), ("float64", 64), ("uint32", 32), ("uint64", 64),
    ("complex64", 64), ("complex128", 128), ("bfloat16", 16), ("float8e4m3fn", 8), ("float8e4m3fnuz", 8),
    ("float8e5m2", 8), ("float8e5m2fnuz", 8), ("uint4", 4), ("int4", 4), ("float4e2m1", 4), ("float8e8m0", 8),
    ("uint2", 2), ("int2", 2),
)  # fmt: skip
EXTERNAL = 1  # TensorProto.DataLocation
MAX_SUBGRAPH_DEPTH = 48
MAX_ATTRIBUTES = 64
MAX_VALUE_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class GraphReader:
    """Reads the graphs of one model. `functions` are the (domain, name) pairs that the model defines itself."""

    wire: Wire
    scope: Scope
    functions: frozenset[tuple[str, str]]

    def graph(self, span: Span, pointer: str, depth: int = 0) -> Iterator[Yield]:
        if depth > MAX_SUBGRAPH_DEPTH:
            message = f"subgraphs nest deeper than {MAX_SUBGRAPH_DEPTH}"
            yield self.scope.broken("onnx-depth", message, span.offset, span.length, lost=True)
            return
        nodes = tensors = 0
        for found in self.wire.fields(span):
            name = GRAPH.name_of(found)
            if name == "node":
                yield from self._node(found, f"{pointer}/node/{nodes}", depth)
                nodes += 1
            elif name == "initializer":
                yield from self.tensor(found.payload, f"{pointer}/initializer/{tensors}")
                tensors += 1
            elif name == "sparse_initializer":
                yield from self._sparse(found.payload, f"{pointer}/sparse_initializer")
            elif not name:
                yield from self.unknown(found, "GraphProto")

    def function(self, span: Span, pointer: str) -> Iterator[Yield]:
        nodes = 0
        for found in self.wire.fields(span):
            name = FUNCTION.name_of(found)
            if name == "node":
                yield from self._node(found, f"{pointer}/node/{nodes}", 0)
                nodes += 1
            elif name == "attribute_proto":
                yield from self._attribute(self.wire.decode(found.payload, ATTRIBUTE), f"{pointer}/attribute_proto", 0)
            elif not name:
                yield from self.unknown(found, "FunctionProto")

    def unknown(self, found: WireField, message: str) -> Iterator[Yield]:
        """A field that no version of ONNX has: skipped by every parser, so its content is looked at for what it is."""
        text = f"{message} has a field {found.number} of wire type {found.kind}, which ONNX does not define"
        yield self.scope.broken("onnx-unknown-field", text, found.offset, found.length, field=found.number)
        if found.kind == LENGTH and found.payload.length >= 8:
            where = self.scope.at(found.payload.offset, found.payload.length)
            window = self.wire.window.slice(found.payload.offset, found.payload.length)
            yield Nested(f"{message}.{found.number}", window, where, raw=True)

    def _node(self, found: WireField, pointer: str, depth: int) -> Iterator[Yield]:
        node = self.wire.decode(found.payload, NODE)
        domain, op_type = node.text("domain", 256), node.text("op_type", 256)
        facts: list[tuple[str, Scalar]] = [("name", node.text("name", 256))]
        if (domain, op_type) in self.functions:
            facts.append(("defined", "function of this model"))
        attributes = [self.wire.decode(span, ATTRIBUTE) for span in node.all("attribute")]
        facts.extend(self._fact(attribute) for attribute in attributes[:MAX_ATTRIBUTES])
        where = self.scope.at(found.offset, found.length, pointer=pointer)
        yield Operator(where, "onnx", domain, op_type, tuple(facts))
        for field in node.unknown:
            yield from self.unknown(field, "NodeProto")
        for attribute in attributes:
            yield from self._attribute(attribute, pointer, depth)

    def _fact(self, attribute: Decoded) -> tuple[str, Scalar]:
        name = "attribute." + attribute.text("name", 128)
        if "s" in attribute.spans:
            return name, attribute.text("s", MAX_VALUE_CHARACTERS)
        if "i" in attribute.numbers:
            return name, _signed(attribute.number("i"))
        if "strings" in attribute.spans:
            return name, " ".join(attribute.texts("strings", 64))[:MAX_VALUE_CHARACTERS]
        return name, None

    def _attribute(self, attribute: Decoded, pointer: str, depth: int) -> Iterator[Yield]:
        place = f"{pointer}/{attribute.text('name', 128)}"
        for field in attribute.unknown:
            yield from self.unknown(field, "AttributeProto")
        for span in (*attribute.all("t"), *attribute.all("tensors")):
            yield from self.tensor(span, place)
        for span in (*attribute.all("sparse_tensor"), *attribute.all("sparse_tensors")):
            yield from self._sparse(span, place)
        for span in (*attribute.all("g"), *attribute.all("graphs")):
            yield from self.graph(span, place, depth + 1)

    def _sparse(self, span: Span, pointer: str) -> Iterator[Yield]:
        sparse = self.wire.decode(span, SPARSE)
        for part in (*sparse.all("values"), *sparse.all("indices")):
            yield from self.tensor(part, pointer)
        for field in sparse.unknown:
            yield from self.unknown(field, "SparseTensorProto")

    def tensor(self, span: Span, pointer: str) -> Iterator[Yield]:
        tensor = self.wire.decode(span, TENSOR)
        code = tensor.number("data_type")
        dtype, bits = TYPES[code] if code < len(TYPES) else (f"type-{code}", 0)
        shape = tuple(_signed(n) for n in tensor.numbers.get("dims", []))
        name = tensor.text("name", 1024)
        yield Tensor(self.scope.at(span.offset, span.length, pointer=pointer, tensor=name), name, dtype, shape)
        for field in tensor.unknown:
            yield from self.unknown(field, "TensorProto")
        yield from self._raw(tensor, shape, bits, name)
        if tensor.number("data_location") == EXTERNAL or tensor.all("external_data"):
            external = self._external(tensor, name, pointer)
            yield external
            yield Metadata(external.where, "companion", external.value)

    def _raw(self, tensor: Decoded, shape: tuple[int, ...], bits: int, name: str) -> Iterator[Yield]:
        raw = tensor.last("raw_data")
        if raw is None or not bits or tensor.number("data_location") == EXTERNAL:
            return
        needed = _needed_bytes(shape, bits)
        if needed is not None and needed != raw.length:
            message = f"{name!r} needs {needed} bytes for its shape {list(shape)} and has {raw.length}"
            yield self.scope.broken("onnx-tensor-size", message, raw.offset, raw.length, name=name)

    def _external(self, tensor: Decoded, name: str, pointer: str) -> Metadata:
        value: dict[str, Json] = {"tensor": name}
        for span in tensor.all("external_data")[:32]:
            pair = self.wire.decode(span, KEY_VALUE)
            value[pair.text("key", 64)] = pair.text("value", 4096)
        where = self.scope.at(tensor.span.offset, tensor.span.length, pointer=pointer, tensor=name)
        return Metadata(where, "onnx-external-data", value)


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _needed_bytes(shape: tuple[int, ...], bits: int) -> int | None:
    """None when the shape is no shape, or absurd."""
    count = 1
    for n in shape[:64]:
        if n < 0:
            return None
        count *= n
        if count > 1 << 56:
            return None
    return (count * bits + 7) // 8
