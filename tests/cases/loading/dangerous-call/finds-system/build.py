"""Os.system runs a command while the pickle loads."""

from pratique.drill.attack import attacks

build = attacks()["gadget/system"].build
