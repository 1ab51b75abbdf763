"""Arrow and Parquet: columns, rows, encrypted footers, pickled types."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Part, Table
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.table_files import ATTACKS
from pratique.drill.table_writer import parquet
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window


def walk(data: bytes, name: str) -> tuple[list[Part], Account]:
    walk = Walk(Budget())
    return list(walk.parts(Window.of_bytes(data), Scope(Locator(name)))), walk.account


def test_a_parquet_file_is_a_table() -> None:
    parts, account = walk(parquet(), "data.parquet")
    assert [(p.columns, p.rows) for p in parts if isinstance(p, Table)] == [(("schema", "a"), 4)]
    assert not account.gaps


def test_an_encrypted_footer_is_a_gap() -> None:
    _, account = walk(parquet(encrypted=True), "data.parquet")
    assert [gap.kind for gap in account.gaps] == ["encrypted"]


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
