"""The benign twin of: words of the user change what the model is told."""

from pratique.drill.attack import attacks

build = attacks()["template/trigger"].twin
