"""ONNX: one ModelProto without magic number.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Loading a model executes nothing by itself; running
it executes
its operators, of which some live in native libraries or in Python, and reads the files that external data names.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Json, Member, Metadata
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.onnx_graph import FUNCTION, GRAPH, KEY_VALUE, OPSET, GraphReader
from pratique.formats.protobuf_wire import Outline, Span, Wire, WireError, WireField, outline, schema
from pratique.formats.window import Window

MODEL = schema(
    "ModelProto",
    INT="1:ir_version 5:model_version",
    BYTES="2:producer_name 3:producer_version 4:domain 6:doc_string 7:graph 8:opset_import 14:metadata_props"
    " 20:training_info 25:functions 26:configuration",
)
TRAINING = schema("TrainingInfoProto", BYTES="1:initialization 2:algorithm 3:initialization_binding 4:update_binding")
MAX_IR_VERSION = 64  # 13 in 2026; one a year
MAX_METADATA = 4096
_TEXTS = {"producer_name", "producer_version", "domain", "doc_string"}


def probe(head: Head) -> int:
    wire = Wire(head.window)
    model = outline(wire, wire.whole, MODEL)
    graph = model.first.get("graph")
    if graph is None:
        return _headless(model, wire)
    inner = outline(wire, graph.payload, GRAPH, 64)
    version = model.first.get("ir_version")
    plausible = version is None or 0 < version.value <= MAX_IR_VERSION
    if inner.unknown or not inner.known or not plausible or not {"node", "initializer"} & inner.known.keys():
        return 0
    if model.clean and inner.clean and (version is not None or "opset_import" in model.known):
        return CERTAIN
    return LIKELY if version is not None and model.unknown <= 8 else 0


def _headless(model: Outline, wire: Wire) -> int:
    """A model that was cut before its graph ended: its first fields still say what it was."""
    version, error = model.first.get("ir_version"), model.error
    if error is None or model.unknown or version is None or not 0 < version.value <= MAX_IR_VERSION:
        return 0
    return LIKELY if "producer_name" in model.known and wire.data(Span(error.offset, 1), 1) == b"\x3a" else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    reader = GraphReader(wire, scope, _function_names(wire))
    header: dict[str, Json] = {}
    opsets: list[Json] = []
    properties: dict[str, Json] = {}
    graphs = 0
    try:
        for found in wire.fields(wire.whole):
            name = MODEL.name_of(found)
            if not name:
                yield from reader.unknown(found, "ModelProto")
                continue
            if name == "graph":
                graphs += 1
                yield from _repeated(graphs, found, scope)
                yield from reader.graph(found.payload, "/graph")
            elif name == "training_info":
                yield from _training(found, reader)
            elif name == "functions":
                yield from reader.function(found.payload, "/functions")
            elif name == "opset_import" and len(opsets) < MAX_METADATA:
                entry = wire.decode(found.payload, OPSET)
                opsets.append({"domain": entry.text("domain", 256), "version": entry.number("version")})
            elif name == "metadata_props" and len(properties) < MAX_METADATA:
                pair = wire.decode(found.payload, KEY_VALUE)
                properties[pair.text("key", 256)] = pair.text("value")
            elif name in _TEXTS:
                header[name] = wire.text(found.payload)
            elif name in ("ir_version", "model_version"):
                header[name] = found.value
            yield Member(scope.at(found.offset, found.length), f"onnx-{name.replace('_', '-')}", found.length)
    except WireError as error:
        yield scope.broken("onnx-wire", f"not a ModelProto from here on: {error}", error.offset, lost=True)
    yield Metadata(scope.at(pointer=""), "onnx", {**header, "opset_import": opsets, "metadata_props": properties})


def _function_names(wire: Wire) -> frozenset[tuple[str, str]]:
    """Domain and name of the functions that the model brings along; calls of these need no library."""
    names: set[tuple[str, str]] = set()
    try:
        for found in wire.fields(wire.whole):
            if found.number == 25 and found.kind == 2 and len(names) < MAX_METADATA:
                domain = name = ""
                for inner in wire.fields(found.payload):
                    if FUNCTION.name_of(inner) == "name":
                        name = wire.text(inner.payload, 512)
                    elif FUNCTION.name_of(inner) == "domain":
                        domain = wire.text(inner.payload, 512)
                names.add((domain, name))
    except WireError:
        pass  # reported where it is read
    return frozenset(names)


def _repeated(graphs: int, found: WireField, scope: Scope) -> Iterator[Yield]:
    if graphs == 2:
        message = "a second graph: protobuf merges it into the first, other readers keep one of them"
        yield scope.broken("onnx-repeated-graph", message, found.offset, found.length)


def _training(found: WireField, reader: GraphReader) -> Iterator[Yield]:
    for inner in reader.wire.fields(found.payload):
        name = TRAINING.name_of(inner)
        if name in ("initialization", "algorithm"):
            yield from reader.graph(inner.payload, f"/training_info/{name}")
        elif not name:
            yield from reader.unknown(inner, "TrainingInfoProto")


FORMAT = Format(
    id="onnx",
    title="ONNX model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x08\x12\x1a\x22\x28\x32\x3a\x42\x72\xa2\xca",
    extensions=(".onnx",),
    opens_with="the graph's operators; custom ones run native or Python code, external data opens files",
)
