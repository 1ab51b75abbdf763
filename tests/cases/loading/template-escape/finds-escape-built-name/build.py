"""The attribute's name is put together."""

from pratique.drill.attack import attacks

build = attacks()["template/escape-built-name"].build
