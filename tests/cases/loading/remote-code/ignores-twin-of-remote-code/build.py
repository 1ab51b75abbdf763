"""The benign twin of: a configuration names code of another repository."""

from pratique.drill.attack import attacks

build = attacks()["source/remote-code"].twin
