"""Keras metadata in a SavedModel (`keras_metadata.pb`): each object's configuration as JSON.

Source: https://github.com/keras-team/tf-keras/blob/master/tf_keras/protobuf/saved_metadata.proto. Loading rebuilds
layers
from these configurations; a Lambda layer's holds marshalled Python bytecode.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.protobuf_wire import Wire, WireError, outline, schema
from pratique.formats.tensorflow_graph import GraphReader, region
from pratique.formats.window import Window

METADATA = schema("SavedMetadata", BYTES="1:nodes")
OBJECT = schema("SavedObject", INT="2:node_id", BYTES="3:node_path 4:identifier 5:metadata 6:version")


def probe(head: Head) -> int:
    wire = Wire(head.window)
    metadata = outline(wire, wire.whole, METADATA, 64)
    first = metadata.first.get("nodes")
    if first is None or not metadata.clean:
        return 0
    try:
        node = wire.decode(first.payload, OBJECT)
    except WireError:
        return 0
    named = node.text("identifier", 64).startswith("_tf_keras") or node.text("node_path", 64).startswith("root")
    return CERTAIN if named and not node.unknown else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    wire = Wire(window)
    reader = GraphReader(wire, scope)
    count = 0
    try:
        for found in wire.fields(wire.whole):
            if not METADATA.name_of(found):
                yield from reader.unknown(found, METADATA)
                continue
            node = wire.decode(found.payload, OBJECT)
            for metadata in node.all("metadata"):
                yield from reader.config(metadata, f"/nodes/{count}/metadata")
            for unknown in node.unknown:
                yield from reader.unknown(unknown, OBJECT)
            yield region(scope, found, "keras_object")
            count += 1
    except WireError as error:
        yield scope.broken("tensorflow-wire", f"not Keras metadata from here on: {error}", error.offset, lost=True)


FORMAT = Format(
    id="tensorflow-keras-metadata",
    title="Keras metadata of a SavedModel",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    first_bytes=b"\x0a",
    extensions=(),
    opens_with="the layers' configurations: a Lambda layer's is bytecode",
)
