"""Small TensorFlow graphs for drills (fields as in graph.proto, function.proto, saved_model.proto)."""

from __future__ import annotations

from collections.abc import Mapping

from pratique.drill.protobuf_writer import message, number, text


def attribute(value: str | bytes | int | list[str]) -> bytes:
    """An AttrValue."""
    if isinstance(value, int):
        return number(3, value)
    if isinstance(value, list):
        return message(1, *(text(2, item) for item in value))
    return text(2, value)


def node(
    name: str,
    op: str,
    inputs: tuple[str, ...] = (),
    attributes: Mapping[str, str | bytes | int | list[str]] | None = None,
) -> bytes:
    """A NodeDef."""
    entries = (message(5, text(1, k), message(2, attribute(v))) for k, v in (attributes or {}).items())
    return b"".join([text(1, name), text(2, op), *(text(3, i) for i in inputs), *entries])


def constant(name: str, value: str) -> bytes:
    """A Const NodeDef of one string."""
    tensor = b"".join([number(1, 7), text(2, b""), text(8, value)])
    entry = message(5, text(1, "value"), message(2, text(8, tensor)))
    return b"".join([text(1, name), text(2, "Const"), entry])


def function(name: str, *nodes: bytes) -> bytes:
    """A FunctionDef."""
    return b"".join([message(1, text(1, name)), *(text(3, n) for n in nodes)])


def graph(*nodes: bytes, functions: tuple[bytes, ...] = ()) -> bytes:
    """A GraphDef."""
    library = [message(2, *(text(1, f) for f in functions))] if functions else []
    return b"".join([*(text(1, n) for n in nodes), *library, message(4, number(1, 1882))])


def meta_graph(graph_data: bytes, assets: tuple[str, ...] = (), objects: bytes = b"") -> bytes:
    """A MetaGraphDef."""
    info = b"".join([text(4, "serve"), text(5, "2.21.0")])
    asset_defs = [message(6, message(1, text(1, "asset")), text(2, asset)) for asset in assets]
    return b"".join([text(1, info), text(2, graph_data), *asset_defs, *([text(7, objects)] if objects else [])])


def saved_model(graph_data: bytes, assets: tuple[str, ...] = (), objects: bytes = b"") -> bytes:
    """A SavedModel."""
    return number(1, 1) + text(2, meta_graph(graph_data, assets, objects))


def keras_metadata(*configurations: str) -> bytes:
    """A SavedMetadata, as in `keras_metadata.pb`."""
    nodes = []
    for position, configuration in enumerate(configurations):
        fields = [number(2, position), text(3, "root"), text(4, "_tf_keras_layer"), text(5, configuration)]
        nodes.append(message(1, *fields))
    return b"".join(nodes)
