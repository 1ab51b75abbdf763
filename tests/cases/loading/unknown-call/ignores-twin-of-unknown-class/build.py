"""The benign twin of: a class that no table lists."""

from pratique.drill.attack import attacks

build = attacks()["gadget/unknown-class"].twin
