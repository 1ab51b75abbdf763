"""A PMML model whose entities grow."""

from pratique.drill.attack import attacks

build = attacks()["pmml-entity-expansion"].build
