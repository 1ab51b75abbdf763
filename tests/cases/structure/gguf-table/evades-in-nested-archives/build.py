"""A shape whose product overflows 64 bits: in a zip in a tar in gzip, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gguf/overflow"].build)
