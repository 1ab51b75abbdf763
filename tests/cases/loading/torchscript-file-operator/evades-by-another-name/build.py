"""aten::save by another name for torch, with a comment inside."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-alias"].build
