"""The benign twin of: a model's code starts a process on import."""

from pratique.drill.attack import attacks

build = attacks()["source/model-code"].twin
