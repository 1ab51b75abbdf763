"""The benign twin: operators on tensors."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-save-at-load"].twin
