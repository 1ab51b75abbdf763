"""A tensor that ends far behind the file."""

from pratique.drill.attack import attacks

build = attacks()["gguf/out-of-bounds"].build
