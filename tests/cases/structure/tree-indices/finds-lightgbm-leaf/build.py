"""A LightGBM leaf outside of its tree."""

from pratique.drill.attack import attacks

build = attacks()["lightgbm-leaf-out-of-bounds"].build
