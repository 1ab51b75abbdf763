"""A Caffe layer that imports a Python module: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["caffe-python-layer"].build)
