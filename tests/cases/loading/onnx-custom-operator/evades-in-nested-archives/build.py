"""An ONNX node of a domain that needs a native library: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["onnx-custom-operator"].build)
