"""Known gadgets, each called by a pickle: none is admitted, and at least 85 % are refused and not merely held."""

from __future__ import annotations

from pathlib import Path

import pytest

from pratique import Decision, inspect
from pratique.drill.pickle_writer import call, glob, pickle, stack_global, text
from tests.gadgets import GADGETS

# Making one of these is inert; what it is made of, or then called with, is judged (`gadget/getattr-walk`, `gadget/attrgetter`).
STEPS = {"builtins.getattr", "operator.attrgetter", "operator.methodcaller"}
MIN_REFUSED = 0.85
CALLED = sorted(set(GADGETS) - STEPS)


def decision(data: bytes, folder: Path) -> Decision:
    (folder / "model.bin").write_bytes(data)
    return inspect(folder / "model.bin").verdict.decision


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decision]:
    folder = tmp_path_factory.mktemp("gadgets")
    found = {}
    for gadget in CALLED:
        module, _, name = gadget.rpartition(".")
        found[gadget] = decision(pickle(call(stack_global(module, name), text("pratique-drill"))), folder)
    return found


def test_none_is_admitted(verdicts: dict[str, Decision]) -> None:
    assert not [gadget for gadget, verdict in verdicts.items() if verdict is Decision.ADMIT]


def test_most_are_refused(verdicts: dict[str, Decision]) -> None:
    held = sorted(gadget for gadget, verdict in verdicts.items() if verdict is Decision.HOLD)
    assert 1 - len(held) / len(verdicts) >= MIN_REFUSED, held


@pytest.mark.parametrize("gadget", CALLED[::9])
def test_the_way_of_the_call_makes_no_difference(gadget: str, tmp_path: Path, verdicts: dict[str, Decision]) -> None:
    """By GLOBAL, as a walk from the top package, with NEWOBJ, and held by a partial."""
    module, _, name = gadget.rpartition(".")
    argument = text("pratique-drill")
    top, _, rest = gadget.partition(".")
    walked = call(stack_global(top, rest), argument)
    fresh = stack_global(module, name) + b"(" + argument + b"t\x81"
    held = call(stack_global("functools", "partial"), stack_global(module, name), argument)
    for body in (call(glob(module, name), argument), walked, fresh, held):
        assert decision(pickle(body), tmp_path) is not Decision.ADMIT
