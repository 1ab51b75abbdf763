"""The benign twin of: another file is included."""

from pratique.drill.attack import attacks

build = attacks()["template/include"].twin
