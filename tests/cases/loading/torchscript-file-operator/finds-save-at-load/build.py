"""A file written when the archive is loaded."""

from pratique.drill.attack import attacks

build = attacks()["torchscript-save-at-load"].build
