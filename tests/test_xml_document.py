"""XML models: attacks and their twins; the weights beside an OpenVINO network."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.xml_models import ATTACKS, openvino


def test_weights_beside_a_network_are_claimed(tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_text(openvino())
    (tmp_path / "model.bin").write_bytes(b"\xfe\x01" * 40)
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
    twin = inspect(tmp_path / "twin")
    assert twin.verdict.decision is Decision.ADMIT, twin.verdict.reasons
