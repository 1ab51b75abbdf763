"""An ONNX node of a domain that needs a native library: in a zip in a tar in gzip, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["onnx-custom-operator"].build)
