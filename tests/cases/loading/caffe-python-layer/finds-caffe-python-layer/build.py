"""A Caffe layer that imports a Python module."""

from pratique.drill.attack import attacks

build = attacks()["caffe-python-layer"].build
