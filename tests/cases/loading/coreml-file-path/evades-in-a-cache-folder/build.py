"""A Core ML program whose weights are a file outside of its package: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["coreml-weights-traversal"].build)
