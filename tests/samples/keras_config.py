"""Keras configurations of versions 3 and 2."""

from __future__ import annotations

import json

from pratique.drill.attacks.keras_models import DENSE, sequential


def samples() -> dict[str, bytes]:
    legacy = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": 2}}]}}
    return {
        "config.json": json.dumps(sequential(DENSE)).encode(),
        "model.json": json.dumps({**legacy, "keras_version": "2.4.0", "backend": "tensorflow"}).encode(),
    }
