"""A reference to os.system waits in a dictionary: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["gadget/hidden-reference"].build)
