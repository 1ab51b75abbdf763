"""The benign twin of: an OpenVINO operation that needs a foreign native library."""

from pratique.drill.attack import attacks

build = attacks()["openvino-custom-operator"].twin
