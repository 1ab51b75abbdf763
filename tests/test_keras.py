"""Keras configurations: what they name, attacks and their twins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Call, Code, Json, Part
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.keras_models import ATTACKS, DENSE, function, layer, sequential
from pratique.formats.contract import CERTAIN, Head, Scope
from pratique.formats.keras_config import FORMAT, keras_parts
from pratique.formats.window import Window


def parts(config: Json) -> list[Part]:
    return list(keras_parts(config, Scope(Locator("model"))))


def calls(config: Json) -> list[str]:
    return sorted(str(p.target) for p in parts(config) if isinstance(p, Call))


def test_objects_are_calls_with_pointers() -> None:
    found = [p for p in parts(sequential(DENSE)) if isinstance(p, Call)]
    assert [(str(p.target), p.where.pointer) for p in found] == [
        ("keras.Sequential", ""),
        ("keras.layers.Dense", "/config/layers/0"),
    ]


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ({"class_name": "Dense", "config": {}}, "keras.layers.Dense"),
        ({"class_name": "Mine", "config": {}, "registered_name": "Custom>Mine"}, "<registered>.Mine"),
        ({"class_name": "Addons>GELU", "config": {}}, "<registered>.Addons>GELU"),
        (layer("Dense", "tf_keras.layers"), "keras.layers.Dense"),
        (layer("Dense", "keras.api._v2.keras.layers"), "keras.layers.Dense"),
        (function("builtins", "relu"), "keras.functions.relu"),
        (function("builtins", "exec"), "builtins.exec"),
        (function("posixpath", "exists"), "posixpath.exists"),
    ],
)
def test_names_are_what_the_loader_resolves(node: dict[str, Any], name: str) -> None:
    assert calls(node) == [name]


def test_an_initializer_of_keras_2_is_found_under_its_key() -> None:
    node = {"class_name": "Dense", "config": {"kernel_initializer": {"class_name": "Zeros", "config": {}}}}
    assert calls(node) == ["keras.initializers.Zeros", "keras.layers.Dense"]


def test_a_tensorflow_function_that_does_more_than_compute_is_a_call() -> None:
    assert "tensorflow.io.write_file" in calls(layer("TFOpLambda", function="io.write_file"))
    assert calls(layer("TFOpLambda", function="math.add")) == ["keras.layers.TFOpLambda"]


def test_bytecode_is_code_wherever_it_stands() -> None:
    node = layer("Dense", inner=[{"deep": {"class_name": "__lambda__", "config": {"value": "AAAA"}}}])
    assert [p.where.pointer for p in parts(node) if isinstance(p, Code)] == ["/config/inner/0/deep/config"]


def test_an_escaped_key_does_not_hide_a_configuration() -> None:
    data = json.dumps(sequential(DENSE)).replace("class_name", "class\\u005fname").encode()
    assert FORMAT.probe(Head(data[:8192], Window.of_bytes(data), "config.json")) == CERTAIN


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_an_attack_is_refused_for_its_reason_and_its_twin_is_not(attack: Attack, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    (tmp_path / "twin").mkdir()
    attack.build(tmp_path / "hostile")
    result = inspect(tmp_path / "hostile")
    assert result.verdict.decision is Decision.REFUSE
    assert set(attack.trips) <= {f.rule for f in result.report.findings}
    assert attack.twin is not None
    attack.twin(tmp_path / "twin")
    twin = inspect(tmp_path / "twin")
    assert twin.verdict.decision is Decision.ADMIT, twin.verdict.reasons
