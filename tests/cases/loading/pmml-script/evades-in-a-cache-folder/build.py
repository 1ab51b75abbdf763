"""A PMML model with a script in an extension: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["pmml-script"].build)
