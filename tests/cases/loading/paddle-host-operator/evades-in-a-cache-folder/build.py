"""A PaddlePaddle program that calls Python: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["paddle-python-function"].build)
