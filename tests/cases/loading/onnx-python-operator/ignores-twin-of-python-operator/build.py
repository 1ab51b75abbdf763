"""The benign twin of: an ONNX node that imports a Python module and calls a class of it."""

from pratique.drill.attack import attacks

build = attacks()["onnx-python-operator"].twin
