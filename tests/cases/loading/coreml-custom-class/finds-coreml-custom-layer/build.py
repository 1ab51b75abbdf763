"""A Core ML layer that runs a class of the application."""

from pratique.drill.attack import attacks

build = attacks()["coreml-custom-layer"].build
