"""Keras models in HDF5 whose configuration executes code, or whose weights are another file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.attacks.keras_models import BYTECODE, DENSE, function, layer, sequential
from pratique.drill.hdf5_writer import hdf5

WEIGHTS = (1.0, 2.0)


def model(*layers: dict[str, Any], user_block: bytes = b"", external: str | None = None) -> bytes:
    config = json.dumps(sequential(DENSE, *layers)).encode()
    return user_block + hdf5({"keras_version": b"2.15.0", "model_config": config}, WEIGHTS, external)


def writes(data: bytes) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / "model.h5").write_bytes(data)

    return build


def attack(id_: str, title: str, rule: str, references: tuple[str, ...], hostile: bytes, twin: bytes) -> Attack:
    return Attack(
        f"hdf5/{id_}", title, AttackPath.MODEL, (rule,), writes(hostile), writes(twin), True, "model.h5", references
    )


LAMBDA = {"class_name": "Lambda", "config": {"function": [BYTECODE, None, None], "function_type": "lambda"}}
ATTACKS = (
    attack(
        "lambda",
        "a Lambda layer in an attribute",
        "loading/keras-lambda",
        ("CWE-502", "CVE-2025-9905"),
        model(LAMBDA),
        model(),
    ),
    attack(
        "lambda-behind-user-block",
        "a Lambda layer in a file behind a user block",
        "loading/keras-lambda",
        ("CWE-502", "CVE-2025-9905"),
        model(LAMBDA, user_block=bytes(512)),
        model(user_block=bytes(512)),
    ),
    attack(
        "module-function",
        "a function of another module in an attribute",
        "loading/dangerous-call",
        ("CWE-502", "CVE-2025-9905"),
        model(layer("Dense", units=1, activation=function("os", "system"))),
        model(),
    ),
    attack(
        "external-storage",
        "weights that are a file of the loading machine",
        "loading/hdf5-outside-file",
        ("CWE-22", "CVE-2026-1669"),
        model(external="/etc/hostname"),
        model(),
    ),
)
