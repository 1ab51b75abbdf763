"""A text layer whose vocabulary is a file of the loading machine: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["keras/vocabulary"].build)
