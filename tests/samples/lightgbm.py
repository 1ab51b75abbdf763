"""A small LightGBM model."""

from __future__ import annotations

from pratique.drill.tree_writer import lightgbm


def samples() -> dict[str, bytes]:
    return {"model.txt": lightgbm("1 -1", "-3 -2").encode()}
