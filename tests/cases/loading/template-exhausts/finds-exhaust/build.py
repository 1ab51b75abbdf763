"""A loop without end."""

from pratique.drill.attack import attacks

build = attacks()["template/exhaust"].build
