"""The short tensor belongs to a subgraph."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node
from pratique.drill.protobuf_writer import number, text


def build(folder: Path) -> None:
    short = number(1, 4) + number(2, 1) + text(8, "w") + text(9, b"\0\0\0\0")
    branch = node("If", graph=graph(node("Relu"), initializers=(short,)))
    (folder / "model.onnx").write_bytes(model(graph(branch)))
