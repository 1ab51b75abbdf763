"""A script that decodes a command and runs it: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["shell/decoded"].build)
