"""The same node, hidden in the branch of an If."""

from pratique.drill.attack import attacks

build = attacks()["onnx-python-operator-in-branch"].build
