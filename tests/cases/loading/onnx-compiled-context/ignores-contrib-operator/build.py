"""Another operator of the same domain, which the runtime itself implements."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node


def build(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(model(graph(node("Gelu", "com.microsoft")), ("", "com.microsoft")))
