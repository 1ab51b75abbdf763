"""Small valid TensorProto files."""

from __future__ import annotations

from pratique.drill.onnx_writer import tensor


def samples() -> dict[str, bytes]:
    return {"input_0.pb": tensor()}
