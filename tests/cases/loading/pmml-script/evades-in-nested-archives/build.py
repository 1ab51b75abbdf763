"""A PMML model with a script in an extension: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["pmml-script"].build)
