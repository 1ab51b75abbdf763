"""The benign twin: a class of the library."""

from pratique.drill.attack import attacks

build = attacks()["config-target-process"].twin
