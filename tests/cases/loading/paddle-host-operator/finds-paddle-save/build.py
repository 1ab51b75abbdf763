"""A PaddlePaddle program that writes a file."""

from pratique.drill.attack import attacks

build = attacks()["paddle-save"].build
