"""Attributes lead out of the sandbox."""

from pratique.drill.attack import attacks

build = attacks()["template/escape"].build
