"""A compiled engine, which nobody can inspect."""

from pratique.drill.attack import attacks

build = attacks()["tensorrt-engine"].build
