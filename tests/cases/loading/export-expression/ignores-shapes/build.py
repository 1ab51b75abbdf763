"""The benign twin: arithmetic on symbols."""

from pratique.drill.attack import attacks

build = attacks()["torch-export-expression"].twin
