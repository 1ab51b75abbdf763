"""Os.system runs a command while the pickle loads: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gadget/system"].build)
