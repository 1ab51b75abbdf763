"""A graph compiled for an accelerator, inside the model."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node


def build(folder: Path) -> None:
    context = node("EPContext", "com.microsoft", {"embed_mode": 1, "ep_cache_context": b"\x7f" * 16, "source": "QNN"})
    (folder / "model.onnx").write_bytes(model(graph(context), ("", "com.microsoft")))
