"""TensorFlow GraphDef (`frozen_inference_graph.pb`): one graph with its weights as constants.

Source: tensorflow/core/framework/graph.proto.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Wire, WireError, outline
from pratique.formats.tensorflow_graph import GRAPH_DEF, GraphReader, function_names, is_graph_def, region
from pratique.formats.window import Window


def probe(head: Head) -> int:
    wire = Wire(head.window)
    graph = outline(wire, wire.whole, GRAPH_DEF)
    if graph.unknown or not {"node", "library"} & graph.known.keys():
        return 0
    try:
        plausible = is_graph_def(wire, wire.whole)
    except WireError:
        return 0
    if not plausible:
        return 0
    return CERTAIN if graph.clean else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    reader = GraphReader(wire, scope, _functions(wire))
    try:
        yield from reader.graph_def(wire.whole, "")
        for found in wire.fields(wire.whole):
            if GRAPH_DEF.name_of(found):
                yield region(scope, found, GRAPH_DEF.name_of(found))
    except WireError as error:
        yield scope.broken("tensorflow-wire", f"not a GraphDef from here on: {error}", error.offset, lost=True)


def _functions(wire: Wire) -> frozenset[str]:
    names: set[str] = set()
    try:
        for found in wire.fields(wire.whole):
            if GRAPH_DEF.name_of(found) == "library":
                names.update(function_names(wire, found.payload))
    except WireError:
        pass  # reported where it is read
    return frozenset(names)


FORMAT = Format(
    id="tensorflow-graph",
    title="TensorFlow graph",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a\x12\x18\x22",
    extensions=(".pb",),
    opens_with="the graph's operators: they may read and write files",
    families=("tensorflow-saved-model", "tensorflow-meta-graph"),
)
