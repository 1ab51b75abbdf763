"""Builtins.eval evaluates source."""

from pratique.drill.attack import attacks

build = attacks()["gadget/eval"].build
