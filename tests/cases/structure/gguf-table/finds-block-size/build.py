"""A row that is no whole number of blocks."""

from pratique.drill.attack import attacks

build = attacks()["gguf/block-size"].build
