"""A call that crosses the end of its frame: the C unpickler runs it, the Python one stops.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["pickle-frame-crossed"].build)
