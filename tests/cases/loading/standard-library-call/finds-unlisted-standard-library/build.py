"""A standard-library callable that is not listed."""

from pratique.drill.attack import attacks

build = attacks()["gadget/unlisted-standard-library"].build
