"""A serving graph that reads its input from a text file of the host: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tensorflow-dataset-file"].build)
