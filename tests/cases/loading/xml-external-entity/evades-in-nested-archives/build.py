"""An OpenVINO network with an entity that is a file of the host.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["openvino-external-entity"].build)
