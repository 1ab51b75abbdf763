"""Attributes lead out of the sandbox: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["template/escape"].build)
