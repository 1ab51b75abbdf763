"""The result of one call is called: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gadget/reduce-chain"].build)
