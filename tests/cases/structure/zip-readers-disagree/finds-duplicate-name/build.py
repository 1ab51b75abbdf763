"""One name twice: the first is shown, the second is loaded."""

from pratique.drill.attack import attacks

build = attacks()["zip-duplicate-name"].build
