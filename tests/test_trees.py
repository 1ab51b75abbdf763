"""Trees whose numbers a predictor follows: every damage that leads out of them or in circles is seen, and real trees are quiet."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.domain.locator import Locator
from pratique.domain.part import Broken
from pratique.drill.attacks.tree_models import charsmap
from pratique.drill.protobuf_writer import message, text
from pratique.drill.tree_writer import lightgbm, ubjson, xgboost_binary, xgboost_model
from pratique.engine.walk import Walk
from pratique.formats.contract import Scope
from pratique.formats.darts_trie import charsmap_defect
from pratique.formats.tree_indices import lightgbm_defect, xgboost_defect
from pratique.formats.window import Budget, Window


def defects(data: bytes, name: str) -> set[str]:
    walk = Walk(Budget())
    parts = walk.parts(Window.of_bytes(data, walk.budget), Scope(Locator(name)))
    return {part.defect for part in parts if isinstance(part, Broken)}


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """A tree grown as XGBoost grows one: a leaf gets two children behind all other nodes."""
    left, right = [-1], [-1]
    for _ in range(draw(st.integers(0, 12))):
        leaf = draw(st.sampled_from([i for i, child in enumerate(left) if child == -1]))
        left[leaf], right[leaf] = len(left), len(left) + 1
        left += [-1, -1]
        right += [-1, -1]
    return left, right, [draw(st.integers(0, 3)) for _ in left]


@given(trees())
def test_grown_trees_are_trees(tree: tuple[list[int], list[int], list[int]]) -> None:
    assert xgboost_defect(*tree, 4) is None


@given(trees(), st.data())
def test_a_changed_child_is_never_missed(tree: tuple[list[int], list[int], list[int]], data: st.DataObject) -> None:
    """Following children from the root of what passes ends, and stays inside."""
    left, right, features = tree
    node = data.draw(st.integers(0, len(left) - 1))
    data.draw(st.sampled_from([left, right]))[node] = data.draw(st.integers(-3, len(left) + 3))
    if xgboost_defect(left, right, features, 4) is not None:
        return
    steps, pending = 0, [0]
    while pending:
        at = pending.pop()
        steps += 1
        assert steps <= len(left)
        assert 0 <= at < len(left)
        if left[at] != -1:
            assert left[at] + 1 < len(left)  # where a predictor looks for the right child
            pending += [left[at], right[at]]


@pytest.mark.parametrize(
    ("left", "right", "leaves"),
    [
        ([1, -1], [-3, -2], 4),
        ([1, -9], [-3, -2], 3),
        ([2, -1], [-3, -2], 3),
        ([0, -1], [-3, -2], 3),
        ([1, -1], [-1, -2], 3),
    ],
)
def test_lightgbm_numbers_outside_of_the_tree(left: list[int], right: list[int], leaves: int) -> None:
    assert lightgbm_defect([1, -1], [-3, -2], [0, 1], 3, 2) is None
    assert lightgbm_defect(left, right, [0, 1], leaves, 2) is not None


def test_every_form_of_a_model_is_checked() -> None:
    bad = ([7, -1, -1], [2, -1, -1], [0, 0, 0])
    assert "tree-indices" in defects(ubjson(xgboost_model(*bad)), "m.ubj")
    assert "tree-indices" in defects(ubjson({"Config": {}, "Model": xgboost_model(*bad)}), "handle")
    assert "tree-indices" in defects(json.dumps(xgboost_model(*bad)).encode(), "m.json")
    assert "tree-indices" in defects(xgboost_binary(*bad), "m.model")
    assert "tree-indices" in defects(lightgbm("7 -1", "-3 -2").encode(), "m.txt")
    assert "tree-indices" in defects(lightgbm("1 -1", "-3 -2", "0 9").encode().replace(b"\n", b"\r\n"), "m.txt")


def test_a_key_that_stands_twice_in_ubjson() -> None:
    assert defects(b"{U\x01aTU\x01aF}", "m.ubj") == {"json-duplicate-key"}


def test_rules_that_stay_inside_of_themselves() -> None:
    units = [1 << 10, *[1 << 31] * 255, *[1 << 31] * 256]
    data = struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + b"a\0"
    assert charsmap_defect(data) is None
    assert "1048575" in (charsmap_defect(struct.pack("<II", 4, 0xFFFFF << 10)) or "")
    assert charsmap_defect(b"") is not None
    assert "root" in (charsmap_defect(struct.pack("<II", 4, 1 << 31)) or "")
    assert "sentencepiece-bounds" in defects(charsmap(0x1FFFF << 10), "tokenizer.model")


def test_a_piece_that_overflows_older_libraries() -> None:
    score = b"\x15" + bytes(4)
    assert "sentencepiece-bounds" in defects(message(1, text(1, "a" * 100_000), score), "tokenizer.model")
    assert not defects(message(1, text(1, "a" * 1000), score), "tokenizer.model")


@pytest.mark.parametrize("protocol", [4, 5])
def test_models_inside_of_pickles_are_followed_too(protocol: int) -> None:
    """XGBoost's and LightGBM's boosters pickle the whole model as one value."""
    import pickle

    bad = ([7, -1, -1], [2, -1, -1], [0, 0, 0])
    states: tuple[bytes | str, ...] = (
        ubjson({"Config": {}, "Model": xgboost_model(*bad)}),
        ubjson(xgboost_model(*bad)),
        xgboost_binary(*bad),
        lightgbm("7 -1", "-3 -2"),
    )
    for state in states:
        assert "tree-indices" in defects(pickle.dumps({"handle": state}, protocol=protocol), "model.pkl")
    for state in (ubjson(xgboost_model([1, -1, -1], *bad[1:])), lightgbm("1 -1", "-3 -2")):
        assert not defects(pickle.dumps({"handle": state}, protocol=protocol), "model.pkl")
