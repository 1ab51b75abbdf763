"""A link out of the folder."""

from pratique.drill.attack import attacks

build = attacks()["tar-link-escapes"].build
