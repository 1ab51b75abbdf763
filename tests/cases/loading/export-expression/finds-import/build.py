"""A shape that imports a module."""

from pratique.drill.attack import attacks

build = attacks()["torch-export-expression"].build
