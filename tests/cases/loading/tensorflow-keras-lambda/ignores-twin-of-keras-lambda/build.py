"""The benign twin of: a Lambda layer's bytecode in a SavedModel's Keras metadata."""

from pratique.drill.attack import attacks

build = attacks()["tensorflow-keras-lambda"].twin
