"""Weights that are a file of the loading machine."""

from pratique.drill.attack import attacks

build = attacks()["hdf5/external-storage"].build
