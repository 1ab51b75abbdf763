"""A compiled engine, which nobody can inspect: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tensorrt-engine"].build)
