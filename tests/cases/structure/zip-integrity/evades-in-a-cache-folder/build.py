"""A pickle with a wrong CRC: Python's zipfile refuses it, torch loads it: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["zip-crc-differs"].build)
