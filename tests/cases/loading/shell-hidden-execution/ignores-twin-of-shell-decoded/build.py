"""The benign twin of: a script that decodes a command and runs it."""

from pratique.drill.attack import attacks

build = attacks()["shell/decoded"].twin
