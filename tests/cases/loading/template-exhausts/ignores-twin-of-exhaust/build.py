"""The benign twin of: a loop without end."""

from pratique.drill.attack import attacks

build = attacks()["template/exhaust"].twin
