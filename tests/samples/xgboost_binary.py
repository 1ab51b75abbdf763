"""Small XGBoost models of the old binary form."""

from __future__ import annotations

from pratique.drill.tree_writer import xgboost_binary, xgboost_pickled


def samples() -> dict[str, bytes]:
    tree = ([1, -1, -1], [2, -1, -1], [0, 0, 0])
    model = xgboost_binary(*tree)
    return {"xgb.model": model, "dart.model": xgboost_binary(*tree, dart=True), "handle": xgboost_pickled(model)}
