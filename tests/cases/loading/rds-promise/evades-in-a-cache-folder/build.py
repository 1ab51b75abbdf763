"""An R file whose value is a promise: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["rds/promise"].build)
