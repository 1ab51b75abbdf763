"""Networks in text form: attacks and their twins, and what is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Operator
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.text_networks import ATTACKS
from pratique.engine.walk import Walk
from pratique.formats.contract import Head, Scope
from pratique.formats.protobuf_text import probe
from pratique.formats.window import Budget, Window


def test_attributes_of_map_entries_are_read() -> None:
    text = 'node { name: "p" op: "PrintV2" attr { key: "output_stream" value { s: "file:///tmp/x" } } }'
    parts = Walk(Budget()).parts(Window.of_bytes(text.encode()), Scope(Locator("graph.pbtxt")))
    (node,) = [p for p in parts if isinstance(p, Operator)]
    assert dict(node.attributes)["attribute.output_stream"] == "file:///tmp/x"


@pytest.mark.parametrize(
    "text", ["item { id: 1 }", "name: x\nlayers: 3\n", "input: value\n", "node_modules\n", "# note\n"]
)
def test_other_text_is_no_network(text: str) -> None:
    assert probe(Head(text.encode(), Window.of_bytes(text.encode()), "x.txt")) == 0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_an_attack_is_refused_for_its_reason_and_its_twin_is_not(attack: Attack, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    (tmp_path / "twin").mkdir()
    attack.build(tmp_path / "hostile")
    assert attack.twin is not None
    attack.twin(tmp_path / "twin")
    result = inspect(tmp_path / "hostile")
    assert result.verdict.decision is Decision.REFUSE
    assert set(attack.trips) <= {f.rule for f in result.report.findings}
    twin = inspect(tmp_path / "twin")
    assert twin.verdict.decision is Decision.ADMIT, twin.verdict.reasons
