"""Words of the user change what the model is told: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["template/trigger"].build)
