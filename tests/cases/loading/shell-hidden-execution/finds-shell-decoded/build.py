"""A script that decodes a command and runs it."""

from pratique.drill.attack import attacks

build = attacks()["shell/decoded"].build
