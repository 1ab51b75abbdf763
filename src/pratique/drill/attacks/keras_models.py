"""Keras models whose configuration executes code, or opens files, when it is loaded."""

from __future__ import annotations

import base64
import io
import json
import marshal
import zipfile
from pathlib import Path
from typing import Any

from pratique.drill.attack import Attack, AttackPath

DENSE = {
    "module": "keras.layers",
    "class_name": "Dense",
    "config": {"name": "dense", "units": 2, "activation": "relu"},
    "registered_name": None,
}
BYTECODE = base64.b64encode(marshal.dumps(compile("print('pratique-drill')", "drill", "exec"))).decode()


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    inner = {"name": "model", "trainable": True, "layers": list(layers)}
    return {"module": "keras", "class_name": "Sequential", "config": inner, "registered_name": None}


def layer(class_name: str, module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


def function(module: str, name: str) -> dict[str, Any]:
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def keras_file(config: dict[str, Any]) -> bytes:
    """A `.keras` archive, without weights."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("metadata.json"), json.dumps({"keras_version": "3.9.0"}))
        archive.writestr(zipfile.ZipInfo("config.json"), json.dumps(config))
    return buffer.getvalue()


def attack(id_: str, title: str, rule: str, references: tuple[str, ...], hostile: dict[str, Any]) -> Attack:
    def build(folder: Path) -> None:
        (folder / "model.keras").write_bytes(keras_file(sequential(DENSE, hostile)))

    def twin(folder: Path) -> None:
        (folder / "model.keras").write_bytes(keras_file(sequential(DENSE, layer("Dropout", rate=0.1))))

    return Attack(f"keras/{id_}", title, AttackPath.MODEL, (rule,), build, twin, True, "config.json", references)


CALL = "loading/dangerous-call"
MODULE_REFERENCES = ("CWE-502", "CVE-2025-1550")
ATTACKS = (
    attack(
        "lambda",
        "a Lambda layer with marshalled bytecode",
        "loading/keras-lambda",
        ("CWE-502", "CVE-2024-3660"),
        {"class_name": "Lambda", "config": {"function": [BYTECODE, None, None], "function_type": "lambda"}},
    ),
    attack(
        "nested-lambda",
        "bytecode in an argument of a harmless layer",
        "loading/keras-lambda",
        ("CWE-502", "CVE-2025-9905"),
        layer("Dense", units=1, activation={"class_name": "__lambda__", "config": {"value": [BYTECODE, None, None]}}),
    ),
    attack(
        "module-function",
        "a function of another module, in safe mode",
        CALL,
        MODULE_REFERENCES,
        layer("Dense", units=1, activation=function("os", "system")),
    ),
    attack(
        "module-class",
        "a class of another module, in safe mode",
        CALL,
        MODULE_REFERENCES,
        layer("Popen", "subprocess", args="echo pratique-drill"),
    ),
    attack(
        "safe-mode-off",
        "a configuration that turns off safe mode before its Lambda is read",
        CALL,
        ("CWE-502", "CVE-2025-9906"),
        layer("Dense", units=1, activation=function("keras.config", "enable_unsafe_deserialization")),
    ),
    attack(
        "get-file",
        "a function of Keras that downloads and unpacks",
        CALL,
        ("CWE-502", "CVE-2025-8747"),
        layer("Dense", units=1, activation=function("keras.utils", "get_file")),
    ),
    attack(
        "vocabulary",
        "a text layer whose vocabulary is a file of the loading machine",
        "loading/keras-external-file",
        ("CWE-22", "CVE-2025-12058"),
        layer("StringLookup", vocabulary="/etc/hostname"),
    ),
    attack(
        "vocabulary-address",
        "a text layer whose vocabulary is an address",
        "loading/keras-external-file",
        ("CWE-918", "CVE-2025-12058"),
        layer("TextVectorization", vocabulary="http://host.invalid/words.txt"),
    ),
)
