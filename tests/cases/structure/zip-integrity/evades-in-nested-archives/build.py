"""A pickle with a wrong CRC: Python's zipfile refuses it, torch loads it.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["zip-crc-differs"].build)
