"""A second pickle behind a STOP inside the frame: one unpickler reads it next, the other skips it."""

from pratique.drill.attack import attacks

build = attacks()["pickle-stop-in-frame"].build
