"""A Core ML layer that runs a class of the application: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["coreml-custom-layer"].build)
