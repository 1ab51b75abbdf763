"""The benign twin of: a shape whose product overflows 64 bits."""

from pratique.drill.attack import attacks

build = attacks()["gguf/overflow"].twin
