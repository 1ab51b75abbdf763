"""The benign twin of: rules are set aside."""

from pratique.drill.attack import attacks

build = attacks()["template/overrides"].twin
