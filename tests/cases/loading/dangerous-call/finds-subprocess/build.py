"""Subprocess.Popen starts a process."""

from pratique.drill.attack import attacks

build = attacks()["gadget/subprocess"].build
