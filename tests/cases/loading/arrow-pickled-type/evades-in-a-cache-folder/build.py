"""An Arrow stream whose column type is a pickle (CVE-2023-47248): deep in folders that scanners leave out."""

from pratique.drill.attack import attacks
from tests.disguise import deep

build = deep(attacks()["arrow-pickled-type"].build)
