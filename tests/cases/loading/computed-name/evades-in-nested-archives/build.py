"""The name is joined at run time: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gadget/computed-name"].build)
