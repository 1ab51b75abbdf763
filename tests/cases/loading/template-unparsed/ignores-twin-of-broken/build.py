"""The benign twin of: it does not parse."""

from pratique.drill.attack import attacks

build = attacks()["template/broken"].twin
