"""The benign twin of: an address in every prompt."""

from pratique.drill.attack import attacks

build = attacks()["template/address"].twin
