"""A TensorFlow Lite tensor with a negative dimension: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tflite-negative-shape"].build)
