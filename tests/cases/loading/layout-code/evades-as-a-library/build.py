"""A package whose module takes the name of a library's."""

from pratique.drill.attack import attacks

build = attacks()["torch-package-shadow"].build
