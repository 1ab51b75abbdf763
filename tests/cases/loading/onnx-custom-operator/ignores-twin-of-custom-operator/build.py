"""The benign twin of: an ONNX node of a domain that needs a native library."""

from pratique.drill.attack import attacks

build = attacks()["onnx-custom-operator"].twin
