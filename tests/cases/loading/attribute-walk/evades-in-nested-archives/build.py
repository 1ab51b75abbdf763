"""Attributes lead from str to every class: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gadget/getattr-walk"].build)
