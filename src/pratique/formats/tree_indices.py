"""Whether the nodes of a decision tree form a tree: libraries follow a node's numbers at prediction without a check.

XGBoost trees as its JSON and UBJSON models hold them (https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html), and
LightGBM's, whose negative children are leaves (include/LightGBM/tree.h). Reports of reads and writes outside of the arrays:
dmlc/xgboost#7903, lightgbm-org/LightGBM#7357 and #7438.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

MAX_TREES = 1_000_000
MAX_REPORTED = 100  # defects of one model: more say nothing new
LEAF = -1


def xgboost_defect(left: Sequence[int], right: Sequence[int], features: Sequence[int], width: int) -> str | None:
    """Why the nodes form no tree over `width` features (0: not known), or None. A child follows its parent exactly once."""
    count = len(left)
    if len(right) != count or len(features) != count:
        return f"{count} left children, {len(right)} right children, {len(features)} features"
    parents = bytearray(count)
    for node in range(count):
        if left[node] == LEAF:
            continue
        for child in (left[node], right[node]):
            if not 0 < child < count:
                return f"node {node} has the child {child}, of {count} nodes"
            if parents[child]:
                return f"node {child} has two parents"
            parents[child] = 1
        if left[node] + 1 >= count:
            return f"node {node} has its last child before its right one: predictors look right after the left child"
        if width and not 0 <= features[node] < width:
            return f"node {node} splits on feature {features[node]}, of {width}"
    return None


def lightgbm_defect(
    left: Sequence[int], right: Sequence[int], features: Sequence[int], leaves: int, width: int
) -> str | None:
    """The same of a LightGBM tree, where a child of -1 is leaf 0, -2 leaf 1, and so on."""
    count = len(left)
    if len(right) != count or len(features) != count or (count and count != leaves - 1):
        return f"{leaves} leaves, {count} left children, {len(right)} right children, {len(features)} features"
    reached = set[int]()
    for node in range(count):
        for child in (left[node], right[node]):
            if not (0 < child < count or 0 <= ~child < leaves):
                return f"node {node} has the child {child}, of {count} nodes and {leaves} leaves"
            if child in reached:
                return f"node or leaf {child} has two parents"
            reached.add(child)
        if width and not 0 <= features[node] < width:
            return f"node {node} splits on feature {features[node]}, of {width}"
    return None


def xgboost_defects(document: Any, integers: Callable[[Any], Sequence[int] | None]) -> Iterator[tuple[str, str]]:
    """The JSON pointer and the defect of the first trees of a parsed model that have one; `integers` gives an array's numbers."""
    return islice(_every_defect(document, integers), MAX_REPORTED)


def _every_defect(document: Any, integers: Callable[[Any], Sequence[int] | None]) -> Iterator[tuple[str, str]]:
    for path in (("learner",), ("Model", "learner")):
        learner = _at(document, path)
        width = _at(learner, ("learner_model_param", "num_feature"))
        for inner in (("gradient_booster", "model", "trees"), ("gradient_booster", "gbtree", "model", "trees")):
            trees = _at(learner, inner)
            pointer = "/" + "/".join((*path, *inner))
            for number, tree in enumerate(trees[:MAX_TREES] if isinstance(trees, list) else []):
                defect = _tree(tree, int(width) if isinstance(width, str) and width.isdecimal() else 0, integers)
                if defect:
                    yield f"{pointer}/{number}", defect


def _tree(tree: Any, width: int, integers: Callable[[Any], Sequence[int] | None]) -> str | None:
    names = ("left_children", "right_children", "split_indices")
    columns = [integers(tree.get(name)) if isinstance(tree, dict) else None for name in names]
    left, right, features = columns
    if left is None or right is None or features is None:
        return f"no numbers in {', '.join(n for n, c in zip(names, columns, strict=True) if c is None)}"
    return xgboost_defect(left, right, features, width)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def integers_of_json(value: Any) -> list[int] | None:
    """The numbers of a JSON array of integers, or None."""
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        return None
    return value
