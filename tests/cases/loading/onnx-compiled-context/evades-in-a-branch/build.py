"""The node stands in a branch of an If."""

from pathlib import Path

from pratique.drill.onnx_writer import graph, model, node


def build(folder: Path) -> None:
    context = node("EPContext", "com.microsoft", {"embed_mode": 1, "ep_cache_context": b"\x7f" * 16})
    branch = node("If", graph=graph(context))
    (folder / "model.onnx").write_bytes(model(graph(branch), ("", "com.microsoft")))
