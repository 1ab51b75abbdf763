"""A Lambda layer's bytecode in a SavedModel's Keras metadata: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tensorflow-keras-lambda"].build)
