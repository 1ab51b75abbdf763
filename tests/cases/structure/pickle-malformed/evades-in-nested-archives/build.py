"""A frame longer than the file: the C unpickler stops at it, the Python one (joblib's) runs what it holds.

In nested archives, under a name that claims nothing.
"""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["pickle-frame-too-long"].build)
