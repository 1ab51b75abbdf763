"""A Core ML program whose weights are a file outside of its package.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["coreml-weights-traversal"].build)
