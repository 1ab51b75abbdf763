"""The benign twin of: oNNX external data that points out of the model's folder."""

from pratique.drill.attack import attacks

build = attacks()["onnx-external-traversal"].twin
