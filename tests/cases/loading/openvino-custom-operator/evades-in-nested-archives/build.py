"""An OpenVINO operation that needs a foreign native library: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["openvino-custom-operator"].build)
