"""An entry as onnx writes it."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node, tensor


def build(folder: Path) -> None:
    (folder / "weights.bin").write_bytes(bytes(16))
    external = tensor(external={"location": "weights.bin", "offset": "0", "length": "16"})
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(external,))))
