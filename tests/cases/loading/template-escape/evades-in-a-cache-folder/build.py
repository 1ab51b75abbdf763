"""Attributes lead out of the sandbox: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["template/escape"].build)
