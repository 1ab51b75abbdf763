"""A dotted name walks from a harmless module."""

from pratique.drill.attack import attacks

build = attacks()["gadget/dotted"].build
