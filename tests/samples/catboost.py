"""Small CatBoost models."""

from __future__ import annotations

from pratique.drill.tree_writer import catboost


def samples() -> dict[str, bytes]:
    return {"model.cbm": catboost(), "counters.cbm": catboost(counters=True)}
