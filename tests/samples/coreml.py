"""Small valid Core ML models."""

from __future__ import annotations

from pratique.drill.graph_writer import coreml_network, coreml_program


def samples() -> dict[str, bytes]:
    return {"net.mlmodel": coreml_network(None), "program.mlmodel": coreml_program("@model_path/weights/weight.bin")}
