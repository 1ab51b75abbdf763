"""The benign twin: a handler of TorchServe."""

from pratique.drill.attack import attacks

build = attacks()["torchserve-handler"].twin
