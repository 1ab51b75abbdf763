"""A call whose arguments are a list: only the Python unpickler makes it."""

from pratique.drill.attack import attacks

build = attacks()["pickle-list-arguments"].build
