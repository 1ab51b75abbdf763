"""The benign twin of: a PaddlePaddle program that calls Python."""

from pratique.drill.attack import attacks

build = attacks()["paddle-python-function"].twin
