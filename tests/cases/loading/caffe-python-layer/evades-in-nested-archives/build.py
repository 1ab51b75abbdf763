"""A Caffe layer that imports a Python module: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["caffe-python-layer"].build)
