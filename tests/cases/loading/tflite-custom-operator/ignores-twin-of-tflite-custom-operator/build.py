"""The benign twin of: a TensorFlow Lite model that needs a foreign native operator."""

from pratique.drill.attack import attacks

build = attacks()["tflite-custom-operator"].twin
