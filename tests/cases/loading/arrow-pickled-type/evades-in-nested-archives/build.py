"""An Arrow stream whose column type is a pickle (CVE-2023-47248).

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["arrow-pickled-type"].build)
