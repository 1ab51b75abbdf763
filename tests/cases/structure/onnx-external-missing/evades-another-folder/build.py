"""A file of that name exists, in another folder."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node, tensor


def build(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "weights.bin").write_text("a note\n")
    external = tensor(external={"location": "weights.bin", "offset": "0", "length": "16"})
    (folder / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(external,))))
