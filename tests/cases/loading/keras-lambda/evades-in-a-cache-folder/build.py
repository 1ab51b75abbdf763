"""A Lambda layer in an attribute: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["hdf5/lambda"].build)
