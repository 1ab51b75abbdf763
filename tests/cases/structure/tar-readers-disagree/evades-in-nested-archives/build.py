"""An archive in a member that only readers of the ustar size enter.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tar-size-differs"].build)
