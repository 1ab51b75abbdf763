"""Attributes lead from str to every class: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gadget/getattr-walk"].build)
