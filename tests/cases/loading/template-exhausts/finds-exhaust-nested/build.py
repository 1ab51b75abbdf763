"""Loops that multiply."""

from pratique.drill.attack import attacks

build = attacks()["template/exhaust-nested"].build
