"""Small valid SavedModels."""

from __future__ import annotations

from pratique.drill.tensorflow_writer import constant, function, graph, node, saved_model


def samples() -> dict[str, bytes]:
    body = function("serve", constant("c", "text"), node("y", "Relu", ("x",)))
    call = node("call", "PartitionedCall", ("x",), {"f": "serve"})
    return {
        "saved_model.pb": saved_model(graph(node("x", "Placeholder"), call, functions=(body,)), ("vocabulary.txt",))
    }
