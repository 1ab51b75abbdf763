"""A Lambda layer's bytecode in a SavedModel's Keras metadata: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["tensorflow-keras-lambda"].build)
