"""A graph that calls a Python function of the process."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-python-function"].build
