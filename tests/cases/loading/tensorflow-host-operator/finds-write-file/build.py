"""A frozen graph that writes a file of the host."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-write-file"].build
