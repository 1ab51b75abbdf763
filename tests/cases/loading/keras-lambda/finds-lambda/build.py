"""A Lambda layer in an attribute."""

from pratique.drill.attack import attacks

build = attacks()["hdf5/lambda"].build
