"""A git configuration that runs a command on git status."""

from pratique.drill.attack import attacks

build = attacks()["repository/git-configuration"].build
