"""An attribute getter for system waits to be applied."""

from pratique.drill.attack import attacks

build = attacks()["gadget/attrgetter"].build
