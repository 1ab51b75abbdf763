"""Small valid TensorFlow Lite models."""

from __future__ import annotations

from pratique.drill.tflite_writer import model


def samples() -> dict[str, bytes]:
    return {"plain.tflite": model(), "flex.tflite": model("FlexErf", "TFLite_Detection_PostProcess")}
