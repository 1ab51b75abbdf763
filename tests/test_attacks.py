"""Every attack of the drill is stopped for the right reason at the right place, and its benign twin is admitted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import Decision, inspect
from pratique.drill.attack import Attack, attacks

ATTACKS = list(attacks().values())


def target(folder: Path) -> Path:
    """A lone file is inspected as a file."""
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_file() else folder


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_the_attack_is_stopped(attack: Attack, tmp_path: Path) -> None:
    attack.build(tmp_path)
    found = inspect(target(tmp_path), index=attack.index)
    assert found.verdict.decision is not Decision.ADMIT
    if attack.refused:
        assert found.verdict.decision is Decision.REFUSE, found.verdict.reasons
    rules = {finding.rule for finding in found.report.findings}
    assert set(attack.trips) <= rules
    if attack.where:
        places = [str(e.where) for f in found.report.findings if f.rule in attack.trips for e in f.evidence]
        assert any(attack.where in place for place in places), places


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.twin], ids=lambda a: a.id)
def test_the_benign_twin_is_admitted(attack: Attack, tmp_path: Path) -> None:
    assert attack.twin is not None
    attack.twin(tmp_path)
    found = inspect(target(tmp_path), index=attack.index)
    assert found.verdict.decision is Decision.ADMIT, found.verdict.reasons


def test_ids_are_unique_and_titles_say_something() -> None:
    assert len(attacks()) == len(ATTACKS)
    assert all(len(a.title) > 10 and a.trips for a in ATTACKS)
