"""A PaddlePaddle program that calls Python."""

from pratique.drill.attack import attacks

build = attacks()["paddle-python-function"].build
