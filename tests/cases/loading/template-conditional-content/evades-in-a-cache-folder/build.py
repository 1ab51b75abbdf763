"""Words of the user change what the model is told: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["template/trigger"].build)
