"""A Caffe prototxt that imports a Python module."""

from pratique.drill.attack import attacks

build = attacks()["caffe-text-python-layer"].build
