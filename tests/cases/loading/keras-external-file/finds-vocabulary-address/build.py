"""A text layer whose vocabulary is an address."""

from pratique.drill.attack import attacks

build = attacks()["keras/vocabulary-address"].build
