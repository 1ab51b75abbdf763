"""LightGBM's text models: `key=value` lines for the model, for each tree, and the parameters it was trained with.

Source: LightGBM, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp (`Tree::Tree(const char*)`). The text is read whole for
rules on texts as well; here the numbers that a predictor follows are checked.
"""

from __future__ import annotations

from collections.abc import Iterator

from pratique.domain.artifact import ArtifactKind
from pratique.domain.part import Metadata
from pratique.formats import text
from pratique.formats.contract import CERTAIN, Format, Head, Scope, Yield
from pratique.formats.tree_indices import MAX_REPORTED, lightgbm_defect
from pratique.formats.window import Window

MAGIC = b"tree\nversion="
WANTED = ("num_leaves", "split_feature", "left_child", "right_child")
LAST_OF_TREES = b"end of trees"
MAX_LINE_BYTES = 16 << 20


def probe(head: Head) -> int:
    return CERTAIN if head.data.startswith((MAGIC, MAGIC.replace(b"\n", b"\r\n"))) else 0


def read(window: Window, scope: Scope) -> Iterator[Yield]:
    yield from text.read(window, scope)
    width = 0
    trees = reported = 0
    tree: dict[str, str] = {}
    for offset, line in _lines(window):
        key, _, value = line.decode("utf-8", "replace").strip().partition("=")
        if key == "max_feature_idx" and value.isdecimal() and len(value) < 10:
            width = int(value) + 1
        if key == "Tree" or line.startswith(LAST_OF_TREES):
            for part in _tree(tree, trees - 1, width, scope, offset) if reported < MAX_REPORTED else ():
                reported += 1
                yield part
            tree = {}
            trees += key == "Tree"
        elif trees and key in WANTED:
            tree.setdefault(key, value)
        if line.startswith(LAST_OF_TREES):
            break
    else:
        yield from _tree(tree, trees - 1, width, scope, window.size)
    yield Metadata(scope.at(pointer=""), "lightgbm", {"trees": trees, "features": width})


def _lines(window: Window) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each line; one beyond `MAX_LINE_BYTES` comes in pieces."""
    rest, at = b"", 0
    for chunk in window.chunks():
        pieces = (rest + chunk).split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            window.budget.tick()
            yield at, piece
            at += len(piece) + 1
        if len(rest) > MAX_LINE_BYTES:
            yield at, rest
            at += len(rest)
            rest = b""
    yield at, rest


def _tree(tree: dict[str, str], number: int, width: int, scope: Scope, end: int) -> Iterator[Yield]:
    if not tree:
        return
    try:
        leaves = int(tree.get("num_leaves", "")[:20])
        features, left, right = ([int(n) for n in tree.get(key, "").split()] for key in WANTED[1:])
    except ValueError:
        yield scope.broken("tree-indices", f"tree {number} has no numbers of leaves and nodes", end, 0)
        return
    defect = lightgbm_defect(left, right, features, leaves, width) if leaves != 1 or left else None
    if defect:
        yield scope.broken("tree-indices", f"tree {number}: {defect}", end, 0)


FORMAT = Format(
    id="lightgbm",
    title="LightGBM text model",
    kind=ArtifactKind.MODEL,
    read=read,
    probe=probe,
    magics=((0, MAGIC), (0, MAGIC.replace(b"\n", b"\r\n"))),
    opens_with="nothing: numbers of tree nodes that a predictor follows",
    families=("text", "yaml", "csv"),
)
