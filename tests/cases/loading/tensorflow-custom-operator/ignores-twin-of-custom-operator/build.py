"""The benign twin of: an operator that needs a foreign native library."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-custom-operator"].twin
