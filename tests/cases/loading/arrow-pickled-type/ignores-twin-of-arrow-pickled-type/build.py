"""The benign twin of: an Arrow stream whose column type is a pickle (CVE-2023-47248)."""

from pratique.drill.attack import attacks

build = attacks()["arrow-pickled-type"].twin
