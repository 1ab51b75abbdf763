"""A reference to os.system waits in a dictionary: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["gadget/hidden-reference"].build)
