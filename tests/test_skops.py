"""skops schemas: what their nodes name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique import Decision, inspect
from tests.samples.skops import node, samples


@pytest.mark.parametrize(
    ("root", "decision"),
    [
        (json.loads(samples()["schema.json"]), Decision.ADMIT),
        (node("system", "os", "FunctionNode"), Decision.HOLD),
        (node("system", "os", "ConstructorFromReduceNode", content=[]), Decision.REFUSE),
        (node("call", "operator", "OperatorFuncNode", attrs=[node("system", "os", "FunctionNode")]), Decision.REFUSE),
        (node("Mine", "elsewhere", "ObjectNode"), Decision.HOLD),
    ],
)
def test_a_node_is_judged_by_what_it_names(tmp_path: Path, root: dict[str, object], decision: Decision) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(root))
    found = inspect(tmp_path / "schema.json")
    assert found.verdict.decision is decision or (
        decision is Decision.HOLD and found.verdict.decision is Decision.REFUSE
    )
