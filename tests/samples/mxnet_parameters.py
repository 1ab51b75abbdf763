"""Small valid MXNet parameters."""

from __future__ import annotations

from pratique.drill.graph_writer import mxnet_parameters


def samples() -> dict[str, bytes]:
    return {"model-0000.params": mxnet_parameters("arg:w", bytes(range(16)))}
