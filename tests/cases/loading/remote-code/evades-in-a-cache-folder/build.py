"""A configuration names code of another repository: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["source/remote-code"].build)
