"""The same words, in the field for metadata."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node


def build(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(model(graph(node("Relu")), metadata={"note": "drill"}))
