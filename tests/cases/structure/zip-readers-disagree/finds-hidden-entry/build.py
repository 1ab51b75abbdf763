"""A pickle that no directory lists."""

from pratique.drill.attack import attacks

build = attacks()["zip-hidden-entry"].build
