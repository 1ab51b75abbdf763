"""Source in UTF-7 hides what runs: deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["source/encoding"].build)
