"""An R file whose value is a promise."""

from pratique.drill.attack import attacks

build = attacks()["rds/promise"].build
