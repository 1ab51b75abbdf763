"""How TorchScript reaches an operator; each form was seen to write a file when torch 2.13 loaded it, unless noted."""

from __future__ import annotations

import pytest

from pratique.code.torchscript import references
from pratique.drill.torchscript_writer import source

REACHING = (
    'torch.save(1, "p")',
    'ops.aten.save(1, "p")',
    'f = torch.save\nf(1, "p")',
    't = torch\nt.save(1, "p")',
    't = ops\nt.aten.save(1, "p")',
    'getattr(torch, "save")(1, "p")',
    "getattr(torch, 'save')(1, 'p')",
    'getattr(ops.aten, "save")(1, "p")',
    '(torch . \\\n  save)(1, "p")',
    '(torch. # hi\n  save)(1, "p")',
    '(torch).save(1, "p")',
    '"""\n.x""".save("p")',  # a method of a text, which torch 2.13 refuses
)
QUIET = (
    '_0 = "call torch.save(x)"',
    "# torch.save\npass",
    "save = 1",
    "_0 = torch.zeros([1])",
    "'''\n.save'''",
    "x.saved()",
)


def names(statement: str) -> set[str]:
    return {name for reference in references(source(statement)) for name in reference.chain[1:]}


@pytest.mark.parametrize("statement", REACHING)
def test_every_way_to_an_operator_is_seen(statement: str) -> None:
    assert "save" in names(statement)


@pytest.mark.parametrize("statement", QUIET)
def test_texts_comments_and_other_names_are_none(statement: str) -> None:
    assert "save" not in names(statement)


def test_lines_are_where_the_chain_begins() -> None:
    found = [r for r in references("a = 1\n\nb = torch.add(\n  ops.drill.run(a))\n") if len(r.chain) > 1]
    assert [(r.chain, r.line) for r in found] == [(("torch", "add"), 3), (("ops", "drill", "run"), 4)]
