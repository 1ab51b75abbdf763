"""Small valid GraphDefs."""

from __future__ import annotations

from pratique.drill.tensorflow_writer import constant, graph, node


def samples() -> dict[str, bytes]:
    return {"frozen.pb": graph(constant("c", "text"), node("y", "Identity", ("c",), {"T": 7}))}
