"""The benign twin of: a TensorFlow Lite tensor with a negative dimension."""

from pratique.drill.attack import attacks

build = attacks()["tflite-negative-shape"].twin
