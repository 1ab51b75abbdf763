"""A Python 2 name that unpicklers map."""

from pratique.drill.attack import attacks

build = attacks()["gadget/python-2-name"].build
