"""A Core ML layer that runs a class of the application: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["coreml-custom-layer"].build)
