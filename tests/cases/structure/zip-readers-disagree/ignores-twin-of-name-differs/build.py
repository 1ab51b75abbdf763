"""The benign twin of: a pickle that is notes.txt in the directory."""

from pratique.drill.attack import attacks

build = attacks()["zip-name-differs"].twin
