"""A call, and then a byte that is no opcode."""

from pratique.drill.attack import attacks

build = attacks()["pickle-breaks-after-call"].build
