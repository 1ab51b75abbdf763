"""A filter takes the attribute."""

from pratique.drill.attack import attacks

build = attacks()["template/escape-map"].build
