"""Small valid Keras metadata."""

from __future__ import annotations

from pratique.drill.tensorflow_writer import keras_metadata


def samples() -> dict[str, bytes]:
    return {"keras_metadata.pb": keras_metadata('{"name": "dense", "class_name": "Dense", "config": {"units": 4}}')}
