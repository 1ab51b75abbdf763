"""An ONNX node that imports a Python module and calls a class of it.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["onnx-python-operator"].build)
