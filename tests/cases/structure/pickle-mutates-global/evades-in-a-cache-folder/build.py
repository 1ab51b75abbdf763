"""An item of os.environ is set, which the next process inherits: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["pickle-changes-environment"].build)
