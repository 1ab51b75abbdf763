"""An entry sets a key that onnx does not define."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node, tensor


def build(folder: Path) -> None:
    (folder / "weights.bin").write_bytes(bytes(16))
    external = tensor(external={"location": "weights.bin", "__class__": "x"})
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(external,))))
