"""A frame longer than the file: the C unpickler stops at it, the Python one (joblib's) runs what it holds."""

from pratique.drill.attack import attacks

build = attacks()["pickle-frame-too-long"].build
