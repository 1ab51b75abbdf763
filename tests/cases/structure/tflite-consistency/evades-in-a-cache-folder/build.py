"""A TensorFlow Lite tensor with a negative dimension: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tflite-negative-shape"].build)
