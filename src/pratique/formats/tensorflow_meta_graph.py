"""TensorFlow MetaGraph (`model.ckpt.meta`): one MetaGraphDef.

Source: tensorflow/core/protobuf/meta_graph.proto.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, LIKELY, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Wire, WireError, outline
from pratique.formats.tensorflow_graph import META_GRAPH, META_INFO, GraphReader, is_graph_def, region
from pratique.formats.tensorflow_saved_model import functions_of
from pratique.formats.window import Window


def probe(head: Head) -> int:
    wire = Wire(head.window)
    meta = outline(wire, wire.whole, META_GRAPH)
    info, graph = meta.first.get("meta_info_def"), meta.first.get("graph_def")
    if info is None or graph is None or meta.unknown or not outline(wire, info.payload, META_INFO).clean:
        return 0
    try:
        plausible = is_graph_def(wire, graph.payload)
    except WireError:
        return 0
    if not plausible:
        return 0
    return CERTAIN if meta.clean else LIKELY


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    try:
        functions = frozenset(functions_of(wire, wire.whole))
    except WireError:
        functions = frozenset()
    reader = GraphReader(wire, scope, functions)
    try:
        yield from reader.meta_graph(wire.whole, "")
        for found in wire.fields(wire.whole):
            if META_GRAPH.name_of(found):
                yield region(scope, found, META_GRAPH.name_of(found))
    except WireError as error:
        yield scope.broken("tensorflow-wire", f"not a MetaGraphDef from here on: {error}", error.offset, lost=True)


FORMAT = Format(
    id="tensorflow-meta-graph",
    title="TensorFlow MetaGraph",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a",
    extensions=(".meta", ".pb"),
    opens_with="the graph's operators: they may read and write files",
    families=("tensorflow-graph", "tensorflow-saved-model"),
)
