"""A shape whose product overflows 64 bits: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gguf/overflow"].build)
