"""An operator of a library that nobody knows."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-custom-operator"].build
