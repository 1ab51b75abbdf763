"""Small tree models, byte by byte: XGBoost in UBJSON and in its old binary form, LightGBM, fastText, ggml and CatBoost."""

from __future__ import annotations

import struct
from typing import Any


def ubjson(value: Any) -> bytes:
    """A value as XGBoost writes it: lengths of 8 bytes, lists of integers as typed arrays of 4-byte integers."""
    if isinstance(value, dict):
        return b"{" + b"".join(_text(k) + ubjson(v) for k, v in value.items()) + b"}"
    if isinstance(value, list) and value and all(isinstance(v, int) for v in value):
        return b"[$l#L" + struct.pack(f">q{len(value)}i", len(value), *value)
    if isinstance(value, list):
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(ubjson(v) for v in value)
    if isinstance(value, str):
        return b"S" + _text(value)
    return b"L" + struct.pack(">q", int(value))


def _text(value: str) -> bytes:
    data = value.encode()
    return b"L" + struct.pack(">q", len(data)) + data


def xgboost_model(left: list[int], right: list[int], features: list[int], width: int = 2) -> dict[str, Any]:
    """An XGBoost model of one tree, as its JSON form has it."""
    tree = {"id": 0, "left_children": left, "right_children": right, "split_indices": features}
    booster = {"name": "gbtree", "model": {"tree_info": [0], "trees": [tree]}}
    objective = {"name": "binary:logistic"}
    learner = {"learner_model_param": {"num_feature": str(width)}, "gradient_booster": booster, "objective": objective}
    return {"learner": learner, "version": [2, 1, 4]}
