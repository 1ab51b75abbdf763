"""A pickle with a wrong CRC: Python's zipfile refuses it, torch loads it."""

from pratique.drill.attack import attacks

build = attacks()["zip-crc-differs"].build
