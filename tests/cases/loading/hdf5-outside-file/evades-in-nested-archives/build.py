"""Weights that are a file of the loading machine: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["hdf5/external-storage"].build)
