"""A text layer whose vocabulary is a file of the loading machine.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["keras/vocabulary"].build)
