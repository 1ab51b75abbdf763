"""A PaddlePaddle program that calls Python: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["paddle-python-function"].build)
