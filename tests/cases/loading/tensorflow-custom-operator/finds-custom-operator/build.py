"""An operator that needs a foreign native library."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-custom-operator"].build
