"""ONNX external data that points out of the model's folder: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["onnx-external-traversal"].build)
