"""A compiled engine, which nobody can inspect: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tensorrt-engine"].build)
