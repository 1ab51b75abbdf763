"""A list of the user's words, through a variable."""

from pratique.drill.attack import attacks

build = attacks()["template/trigger-loop"].build
