"""A file mapped and filled."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-mapped-file"].build
