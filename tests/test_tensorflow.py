"""TensorFlow: graphs in SavedModels, functions and frozen files; checkpoints; Keras metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Metadata, Operator, Part, Tensor
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.tensorflow_models import ATTACKS
from pratique.drill.tensorflow_writer import constant, function, graph, node, saved_model
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window
from tests.samples import tensorflow_checkpoint, tensorflow_saved_model


def walk(data: bytes, name: str = "saved_model.pb") -> tuple[list[Part], Account]:
    walk = Walk(Budget())
    return list(walk.parts(Window.of_bytes(data), Scope(Locator(name)))), walk.account


def test_operators_of_functions_are_read() -> None:
    body = function("serve", node("r", "Relu"))
    parts, account = walk(saved_model(graph(node("x", "serve"), functions=(body,))))
    operators = [(p.type, "defined" in dict(p.attributes)) for p in parts if isinstance(p, Operator)]
    assert operators == [("serve", True), ("Relu", False)]
    assert not account.gaps


def test_literal_inputs_are_resolved_through_joins_and_out_of_order() -> None:
    nodes = (
        node("r", "ReadFile", ("join",)),
        node("join", "StringJoin", ("a", "b")),
        constant("a", "/etc/"),
        constant("b", "x"),
    )
    parts, _ = walk(saved_model(graph(*nodes)))
    read = next(p for p in parts if isinstance(p, Operator) and p.type == "ReadFile")
    assert dict(read.attributes)["input.0"] == "/etc/x"


def test_a_checkpoint_index_names_tensors_and_claims_its_shards() -> None:
    (data,) = tensorflow_checkpoint.samples().values()
    parts, account = walk(data, "variables.index")
    assert [(p.name, p.dtype, p.shape) for p in parts if isinstance(p, Tensor)] == [("weights", "float32", (4,))]
    claims = [p.value for p in parts if isinstance(p, Metadata) and p.document == "companion"]
    assert claims == [{"location": "variables.data-00000-of-00001"}]
    assert not account.gaps


def test_a_whole_saved_model_folder_is_admitted(tmp_path: Path) -> None:
    (tmp_path / "variables").mkdir()
    (tmp_path / "saved_model.pb").write_bytes(tensorflow_saved_model.samples()["saved_model.pb"])
    (tmp_path / "variables/variables.index").write_bytes(tensorflow_checkpoint.samples()["variables.index"])
    (tmp_path / "variables/variables.data-00000-of-00001").write_bytes(b"\xff\x01" * 8)
    result = inspect(tmp_path)
    assert result.verdict.decision is Decision.ADMIT, result.verdict.reasons


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_an_attack_is_held_or_refused_for_its_reason_and_its_twin_is_not(attack: Attack, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    (tmp_path / "twin").mkdir()
    attack.build(tmp_path / "hostile")
    assert attack.twin is not None
    attack.twin(tmp_path / "twin")
    result = inspect(tmp_path / "hostile")
    assert result.verdict.decision is (Decision.REFUSE if attack.refused else Decision.HOLD)
    assert set(attack.trips) <= {f.rule for f in result.report.findings}
    assert inspect(tmp_path / "twin").verdict.decision is Decision.ADMIT


def test_a_function_of_the_same_name_hides_no_operator(tmp_path: Path) -> None:
    hidden = saved_model(graph(node("w", "WriteFile"), functions=(function("WriteFile", node("r", "Relu")),)))
    (tmp_path / "saved_model.pb").write_bytes(hidden)
    assert inspect(tmp_path).verdict.decision is Decision.REFUSE


def test_a_saver_with_a_fixed_path_behind_a_default_is_refused(tmp_path: Path) -> None:
    default = node("name", "PlaceholderWithDefault", ("path",))
    data = saved_model(graph(constant("path", "/root/x"), default, node("s", "SaveV2", ("name", "names"))))
    (tmp_path / "saved_model.pb").write_bytes(data)
    assert inspect(tmp_path).verdict.decision is Decision.REFUSE
