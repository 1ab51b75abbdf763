"""Another file is included."""

from pratique.drill.attack import attacks

build = attacks()["template/include"].build
