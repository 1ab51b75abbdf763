"""The benign twin of: a Caffe layer that imports a Python module."""

from pratique.drill.attack import attacks

build = attacks()["caffe-python-layer"].twin
