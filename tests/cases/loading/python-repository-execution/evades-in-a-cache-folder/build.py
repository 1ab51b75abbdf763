"""A model's code starts a process on import: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["source/model-code"].build)
