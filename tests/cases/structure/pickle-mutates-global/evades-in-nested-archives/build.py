"""An item of os.environ is set, which the next process inherits.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["pickle-changes-environment"].build)
