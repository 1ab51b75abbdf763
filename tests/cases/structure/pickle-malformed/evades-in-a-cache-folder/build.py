"""A frame longer than the file: the C unpickler stops at it, the Python one (joblib's) runs what it holds.

Deep in folders that scanners leave out.
"""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["pickle-frame-too-long"].build)
