"""Bytecode in an argument of a harmless layer."""

from pratique.drill.attack import attacks

build = attacks()["keras/nested-lambda"].build
