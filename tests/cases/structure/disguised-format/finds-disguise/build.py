"""A pickle is named safetensors."""

from pratique.drill.attack import attacks

build = attacks()["source/disguise"].build
