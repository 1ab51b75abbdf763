"""An ONNX node of a domain that needs a native library: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["onnx-custom-operator"].build)
