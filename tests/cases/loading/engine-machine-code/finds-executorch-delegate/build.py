"""An ExecuTorch delegate whose blob only a vendor's backend can read."""

from pratique.drill.attack import attacks

build = attacks()["executorch-delegate"].build
