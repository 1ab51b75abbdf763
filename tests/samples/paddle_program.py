"""Small valid PaddlePaddle programs."""

from __future__ import annotations

from pratique.drill.graph_writer import paddle_program


def samples() -> dict[str, bytes]:
    return {"inference.pdmodel": paddle_program("relu")}
