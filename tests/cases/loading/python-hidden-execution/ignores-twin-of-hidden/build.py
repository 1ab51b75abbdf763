"""The benign twin of: a module executes what it decodes."""

from pratique.drill.attack import attacks

build = attacks()["source/hidden"].twin
