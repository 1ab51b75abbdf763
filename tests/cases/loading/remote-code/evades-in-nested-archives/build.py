"""A configuration names code of another repository: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["source/remote-code"].build)
