"""An ONNX node that imports a Python module and calls a class of it: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["onnx-python-operator"].build)
