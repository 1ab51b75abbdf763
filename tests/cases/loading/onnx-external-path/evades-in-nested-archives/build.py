"""ONNX external data that points out of the model's folder: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["onnx-external-traversal"].build)
