"""Small valid PaddlePaddle parameters."""

from __future__ import annotations

from pratique.drill.graph_writer import paddle_parameters


def samples() -> dict[str, bytes]:
    return {"inference.pdiparams": paddle_parameters(bytes(range(16)), bytes(8))}
