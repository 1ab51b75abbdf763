"""A reference to os.system waits in a dictionary."""

from pratique.drill.attack import attacks

build = attacks()["gadget/hidden-reference"].build
