"""The benign twin of: setup.py runs a command."""

from pratique.drill.attack import attacks

build = attacks()["source/install"].twin
