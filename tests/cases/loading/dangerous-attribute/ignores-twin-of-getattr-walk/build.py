"""The benign twin of: attributes lead from str to every class."""

from pratique.drill.attack import attacks

build = attacks()["gadget/getattr-walk"].twin
