"""Source in UTF-7 hides what runs."""

from pratique.drill.attack import attacks

build = attacks()["source/encoding"].build
