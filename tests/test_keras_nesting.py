"""Keras descends into lists and into objects without a class; so does the reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique import Decision, inspect

HOSTILE = {
    "module": "os",
    "class_name": "system",
    "config": {"command": "echo pratique-drill"},
    "registered_name": None,
}


@pytest.mark.parametrize(
    "document",
    [HOSTILE, [HOSTILE], {"x": HOSTILE}, {"class_name": "X", "config": {"a": HOSTILE}}, {"a": [{"b": [HOSTILE]}]}],
)
def test_a_hostile_object_is_found_wherever_it_stands(tmp_path: Path, document: object) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(document))
    found = inspect(file)
    assert found.verdict.decision is Decision.REFUSE
    assert "loading/dangerous-call" in {finding.rule for finding in found.report.findings}
