"""Small valid MetaGraphs."""

from __future__ import annotations

from pratique.drill.tensorflow_writer import constant, graph, meta_graph, node


def samples() -> dict[str, bytes]:
    return {"model.ckpt.meta": meta_graph(graph(constant("c", "text"), node("y", "Identity", ("c",))))}
