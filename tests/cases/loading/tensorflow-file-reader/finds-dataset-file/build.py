"""A serving graph that reads its input from a text file of the host."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-dataset-file"].build
