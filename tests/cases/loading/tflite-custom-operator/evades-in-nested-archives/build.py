"""A TensorFlow Lite model that needs a foreign native operator.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["tflite-custom-operator"].build)
