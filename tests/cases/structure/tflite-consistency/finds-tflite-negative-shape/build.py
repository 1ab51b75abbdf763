"""A TensorFlow Lite tensor with a negative dimension."""

from pratique.drill.attack import attacks

build = attacks()["tflite-negative-shape"].build
