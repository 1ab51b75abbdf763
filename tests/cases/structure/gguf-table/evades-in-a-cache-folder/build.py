"""A shape whose product overflows 64 bits: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gguf/overflow"].build)
