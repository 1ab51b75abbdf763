"""A member above the folder."""

from pratique.drill.attack import attacks

build = attacks()["zip-path-escapes"].build
