"""An address in every prompt."""

from pratique.drill.attack import attacks

build = attacks()["template/address"].build
