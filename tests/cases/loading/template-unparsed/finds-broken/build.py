"""It does not parse."""

from pratique.drill.attack import attacks

build = attacks()["template/broken"].build
