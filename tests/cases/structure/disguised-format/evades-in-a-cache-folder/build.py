"""A pickle is named safetensors: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["source/disguise"].build)
