"""An archive in a member that only readers of the ustar size enter."""

from pratique.drill.attack import attacks

build = attacks()["tar-size-differs"].build
