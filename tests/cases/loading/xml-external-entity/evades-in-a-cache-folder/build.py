"""An OpenVINO network with an entity that is a file of the host: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["openvino-external-entity"].build)
