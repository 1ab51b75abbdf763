"""A print operator whose stream is a file."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-print-to-file"].build
