"""The benign twin: an operator of torch itself."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-custom-operator"].twin
