"""A Lambda layer in a file behind a user block."""

from pratique.drill.attack import attacks

build = attacks()["hdf5/lambda-behind-user-block"].build
