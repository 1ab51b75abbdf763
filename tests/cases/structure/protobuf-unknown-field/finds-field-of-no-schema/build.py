"""A field that onnx.proto does not define."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node
from pratique.drill.protobuf_writer import text


def build(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"))) + text(99, b"drill"))
