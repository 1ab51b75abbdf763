"""The benign twin of: a SavedModel whose serving function returns a file of the host."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-read-file"].twin
