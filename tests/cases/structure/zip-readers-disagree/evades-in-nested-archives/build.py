"""A pickle that is notes.txt in the directory: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["zip-name-differs"].build)
