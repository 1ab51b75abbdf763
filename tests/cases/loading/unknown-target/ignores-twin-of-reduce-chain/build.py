"""The benign twin of: the result of one call is called."""

from pratique.drill.attack import attacks

build = attacks()["gadget/reduce-chain"].twin
