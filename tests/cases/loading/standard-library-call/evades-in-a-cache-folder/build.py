"""A dotted name walks from a harmless module: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gadget/dotted"].build)
