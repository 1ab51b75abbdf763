"""TensorFlow Lite: operators by kind, offsets checked, attacks with their twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Operator, Part, Tensor
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.tflite_models import ATTACKS
from pratique.drill.tflite_writer import model
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window


def walk(data: bytes) -> tuple[list[Part], Account]:
    walk = Walk(Budget())
    return list(walk.parts(Window.of_bytes(data), Scope(Locator("model.tflite")))), walk.account


def test_operators_say_who_provides_them() -> None:
    parts, account = walk(model("FlexReadFile", "Mine"))
    operators = [(p.framework, p.domain, p.type) for p in parts if isinstance(p, Operator)]
    expected = [("tflite", "builtin", "builtin-19"), ("tensorflow", "flex", "ReadFile"), ("tflite", "custom", "Mine")]
    assert operators == expected
    assert not account.gaps


def test_tensors_are_read() -> None:
    parts, _ = walk(model(shape=(2, 2)))
    assert [(p.name, p.dtype, p.shape) for p in parts if isinstance(p, Tensor)] == [("weights", "float32", (2, 2))]


def test_an_empty_zip_behind_the_model_is_explained_and_other_bytes_are_not() -> None:
    end_record = b"PK\x05\x06" + bytes(12) + b"\x08\xf5\x12\0" + bytes(2)
    assert not walk(model() + end_record)[1].gaps
    assert walk(model() + b"hidden" * 10)[1].gaps


def test_a_buffer_number_out_of_range_is_told() -> None:
    parts, _ = walk(model(buffer_index=7))
    assert [p.defect for p in parts if isinstance(p, Broken)] == ["tflite-index"]


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
    twin = inspect(tmp_path / "twin")
    assert twin.verdict.decision is Decision.ADMIT, twin.verdict.reasons
