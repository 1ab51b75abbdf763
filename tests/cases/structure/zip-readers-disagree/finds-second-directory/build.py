"""Another archive in the comment."""

from pratique.drill.attack import attacks

build = attacks()["zip-second-directory"].build
