"""A text layer whose vocabulary is a file of the loading machine."""

from pratique.drill.attack import attacks

build = attacks()["keras/vocabulary"].build
