"""TensorFlow SavedModel: `saved_model.pb`, one SavedModel message with graphs, function libraries and an object graph.

Source: tensorflow/core/protobuf/saved_model.proto and meta_graph.proto. Loading it runs its initializers; calling it
runs
its operators, of which some read and write files.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Span, Wire, WireError, outline, schema
from pratique.formats.tensorflow_graph import GRAPH_DEF, META_GRAPH, GraphReader, function_names, region
from pratique.formats.window import Window

SAVED_MODEL = schema("SavedModel", INT="1:saved_model_schema_version", BYTES="2:meta_graphs")


def probe(head: Head) -> int:
    wire = Wire(head.window)
    model = outline(wire, wire.whole, SAVED_MODEL, 64)
    version, meta = model.first.get("saved_model_schema_version"), model.first.get("meta_graphs")
    if version is None or version.value != 1 or model.unknown:
        return 0
    if meta is None:
        cut = model.error is not None and wire.data(Span(model.error.offset, 1), 1) == b"\x12"
        return LIKELY if cut and head.window.size > 16 else 0
    inner = outline(wire, meta.payload, META_GRAPH, 64)
    if inner.unknown or inner.error or not {"graph_def", "meta_info_def"} & inner.known.keys():
        return 0
    return CERTAIN if model.clean else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    reader = GraphReader(wire, scope, _functions(wire))
    graphs = 0
    try:
        for found in wire.fields(wire.whole):
            name = SAVED_MODEL.name_of(found)
            if name == "meta_graphs":
                yield from reader.meta_graph(found.payload, f"/meta_graphs/{graphs}")
                graphs += 1
            if name:
                yield region(scope, found, name)
            else:
                yield from reader.unknown(found, SAVED_MODEL)
    except WireError as error:
        yield scope.broken("tensorflow-wire", f"not a SavedModel from here on: {error}", error.offset, lost=True)


def _functions(wire: Wire) -> frozenset[str]:
    names: set[str] = set()
    try:
        for meta in wire.fields(wire.whole):
            if SAVED_MODEL.name_of(meta) == "meta_graphs":
                names |= functions_of(wire, meta.payload)
    except WireError:
        pass  # reported where it is read
    return frozenset(names)


def functions_of(wire: Wire, meta_graph: Span) -> set[str]:
    """The functions that a MetaGraphDef defines. Raises `WireError`."""
    names: set[str] = set()
    for found in wire.fields(meta_graph):
        if META_GRAPH.name_of(found) == "graph_def":
            for inner in wire.fields(found.payload):
                if GRAPH_DEF.name_of(inner) == "library":
                    names.update(function_names(wire, inner.payload))
    return names


FORMAT = Format(
    id="tensorflow-saved-model",
    title="TensorFlow SavedModel",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x08\x12",
    extensions=(".pb",),
    opens_with="initializers on loading, operators on calling: they may read and write files",
    families=("tensorflow-graph", "tensorflow-meta-graph", "onnx-tensor", "tensorflow-keras-metadata"),
)
