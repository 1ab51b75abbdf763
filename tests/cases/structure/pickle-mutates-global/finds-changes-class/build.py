"""A method of an imported class is replaced through BUILD's slot state."""

from pratique.drill.attack import attacks

build = attacks()["pickle-changes-class"].build
