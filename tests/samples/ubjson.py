"""A small XGBoost model in UBJSON, and each kind of value."""

from __future__ import annotations

from pratique.drill.tree_writer import ubjson, xgboost_model


def samples() -> dict[str, bytes]:
    values = b"{U\x01ai\xffU\x01bZU\x01c[TFN]U\x01d{}U\x01e[$d#U\x02" + bytes(8) + b"U\x01fSU\x02hiU\x01gCxU\x01h[]}"
    return {"model.ubj": ubjson(xgboost_model([1, -1, -1], [2, -1, -1], [0, 0, 0])), "values.ubj": values}
