"""Small valid ONNX files."""

from __future__ import annotations

from pratique.drill.onnx_writer import function, graph, model, node, tensor


def samples() -> dict[str, bytes]:
    inner = graph(node("Identity"), initializers=(tensor("inner"),))
    body = graph(node("If", graph=inner), node("Twice", "local"), initializers=(tensor(), tensor("v")))
    functions = (function("local", "Twice", node("Add")),)
    return {
        "plain.onnx": model(graph(node("Relu"), initializers=(tensor(),))),
        "subgraph.onnx": model(body, ("", "local"), functions, {"author": "drill"}),
    }
