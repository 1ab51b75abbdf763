"""A TorchServe handler of the archive itself."""

from pratique.drill.attack import attacks

build = attacks()["torchserve-handler"].build
