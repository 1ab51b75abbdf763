"""A git configuration that runs a command on git status: in a zip in a tar in gzip, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["repository/git-configuration"].build)
