"""A call that crosses the end of its frame: the C unpickler runs it, the Python one stops.

Deep in folders that scanners leave out.
"""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["pickle-frame-crossed"].build)
