"""Rules are set aside."""

from pratique.drill.attack import attacks

build = attacks()["template/overrides"].build
