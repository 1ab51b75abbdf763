"""The weights are not part of the artifact."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node, tensor


def build(folder: Path) -> None:
    external = tensor(external={"location": "weights.bin", "offset": "0", "length": "16"})
    (folder / "config.json").write_text("{}")
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(external,))))
