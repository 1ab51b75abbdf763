"""A Core ML program whose weights are a file outside of its package."""

from pratique.drill.attack import attacks

build = attacks()["coreml-weights-traversal"].build
