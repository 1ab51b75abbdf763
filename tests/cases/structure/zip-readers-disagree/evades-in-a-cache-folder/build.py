"""A pickle that is notes.txt in the directory: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["zip-name-differs"].build)
