"""Small valid Core ML weights."""

from __future__ import annotations

from pratique.drill.graph_writer import coreml_weights


def samples() -> dict[str, bytes]:
    return {"weight.bin": coreml_weights(bytes(range(16)))}
