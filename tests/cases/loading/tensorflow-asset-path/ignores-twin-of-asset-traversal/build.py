"""The benign twin of: an asset that lies outside of the model's folder."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-asset-traversal"].twin
