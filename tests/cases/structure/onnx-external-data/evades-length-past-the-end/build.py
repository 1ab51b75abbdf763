"""Every number is plausible, and the sum lies past the end of the file."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node, tensor


def build(folder: Path) -> None:
    (folder / "weights.bin").write_bytes(bytes(16))
    external = tensor(external={"location": "weights.bin", "offset": "8", "length": "16"})
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(external,))))
