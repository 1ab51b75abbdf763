"""The benign twin of: an OpenVINO network with an entity that is a file of the host."""

from pratique.drill.attack import attacks

build = attacks()["openvino-external-entity"].twin
