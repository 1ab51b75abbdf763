"""aten::save in the lite interpreter's bytecode."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-bytecode-save"].build
