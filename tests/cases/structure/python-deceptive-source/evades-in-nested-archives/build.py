"""Source in UTF-7 hides what runs: in nested archives, under a name that claims nothing."""

from pratique.drill.attack import attacks
from tests.disguise import archived

build = archived(attacks()["source/encoding"].build)
