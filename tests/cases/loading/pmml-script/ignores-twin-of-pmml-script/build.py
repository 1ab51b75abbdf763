"""The benign twin of: a PMML model with a script in an extension."""

from pratique.drill.attack import attacks

build = attacks()["pmml-script"].twin
