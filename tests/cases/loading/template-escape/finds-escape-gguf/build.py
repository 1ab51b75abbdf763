"""The same in a GGUF file."""

from pratique.drill.attack import attacks

build = attacks()["template/escape-gguf"].build
