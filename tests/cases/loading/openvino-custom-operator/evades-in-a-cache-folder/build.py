"""An OpenVINO operation that needs a foreign native library: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["openvino-custom-operator"].build)
