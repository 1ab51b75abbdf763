"""An item of os.environ is set, which the next process inherits."""

from pratique.drill.attack import attacks

build = attacks()["pickle-changes-environment"].build
