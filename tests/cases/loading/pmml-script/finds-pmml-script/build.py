"""A PMML model with a script in an extension."""

from pratique.drill.attack import attacks

build = attacks()["pmml-script"].build
