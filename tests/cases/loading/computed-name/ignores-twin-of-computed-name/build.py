"""The benign twin of: the name is joined at run time."""

from pratique.drill.attack import attacks

build = attacks()["gadget/computed-name"].twin
