"""The user's first word chooses the instruction."""

from pratique.drill.attack import attacks

build = attacks()["template/trigger-choice"].build
