"""Os.system runs a command while the pickle loads: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gadget/system"].build)
