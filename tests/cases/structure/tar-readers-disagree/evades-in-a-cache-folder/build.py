"""An archive in a member that only readers of the ustar size enter: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tar-size-differs"].build)
