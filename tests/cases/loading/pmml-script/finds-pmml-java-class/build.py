"""A PMML model whose function is a Java class."""

from pratique.drill.attack import attacks

build = attacks()["pmml-java-class"].build
