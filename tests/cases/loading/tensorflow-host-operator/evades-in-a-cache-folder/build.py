"""A SavedModel whose serving function returns a file of the host: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tensorflow-read-file"].build)
