"""A Parquet file whose Arrow schema holds a pickle (CVE-2023-47248)."""

from pratique.drill.attack import attacks

build = attacks()["parquet-pickled-type"].build
