"""A git configuration that runs a command on git status: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["repository/git-configuration"].build)
