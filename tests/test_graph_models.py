"""Core ML, PaddlePaddle, Caffe, SentencePiece, engines: parts, attacks and their twins."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Operator, Part, Table, Tensor
from pratique.domain.verdict import Decision
from pratique.drill.attack import Attack
from pratique.drill.attacks.graph_models import ATTACKS
from pratique.drill.graph_writer import coreml, coreml_network, paddle_parameters, sentencepiece
from pratique.drill.protobuf_writer import text
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.window import Budget, Window


def walk(data: bytes, name: str) -> tuple[list[Part], Account]:
    walk = Walk(Budget())
    return list(walk.parts(Window.of_bytes(data), Scope(Locator(name)))), walk.account


def test_custom_layers_in_a_pipeline_are_found() -> None:
    parts, account = walk(coreml(200, text(1, text(1, coreml_network("Hidden")))), "model.mlmodel")
    assert [(p.domain, p.type) for p in parts if isinstance(p, Operator)] == [("custom", "Hidden")]
    assert not account.gaps


def test_paddle_parameters_are_tensors() -> None:
    parts, account = walk(paddle_parameters(bytes(16), bytes(8)), "inference.pdiparams")
    assert [(p.dtype, p.shape) for p in parts if isinstance(p, Tensor)] == [("float32", (4,)), ("float32", (2,))]
    assert not account.gaps


def test_a_tokenizer_is_a_table_of_pieces() -> None:
    parts, account = walk(sentencepiece("<unk>", "a"), "tokenizer.model")
    assert [p.rows for p in parts if isinstance(p, Table)] == [2]
    assert not account.gaps


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.id)
def test_an_attack_is_held_or_refused_for_its_reason_and_its_twin_is_not(attack: Attack, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    (tmp_path / "twin").mkdir()
    attack.build(tmp_path / "hostile")
    result = inspect(tmp_path / "hostile")
    assert result.verdict.decision is (Decision.REFUSE if attack.refused else Decision.HOLD)
    assert set(attack.trips) <= {f.rule for f in result.report.findings}
    if attack.twin is not None:
        attack.twin(tmp_path / "twin")
        twin = inspect(tmp_path / "twin")
        assert twin.verdict.decision is Decision.ADMIT, twin.verdict.reasons
