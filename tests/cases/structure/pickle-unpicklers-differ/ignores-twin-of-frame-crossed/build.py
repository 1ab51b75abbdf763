"""The benign twin of: a call that crosses the end of its frame: the C unpickler runs it, the Python one stops."""

from pratique.drill.attack import attacks

build = attacks()["pickle-frame-crossed"].twin
