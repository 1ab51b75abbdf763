"""A diffusion configuration that calls os.system."""

from pratique.drill.attack import attacks

build = attacks()["config-target-process"].build
