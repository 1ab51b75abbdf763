"""A serving graph that reads its input from a text file of the host.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tensorflow-dataset-file"].build)
