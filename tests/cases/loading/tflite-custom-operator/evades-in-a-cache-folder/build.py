"""A TensorFlow Lite model that needs a foreign native operator: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tflite-custom-operator"].build)
