"""Words of the user change what the model is told: in a zip in a tar in gzip, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["template/trigger"].build)
