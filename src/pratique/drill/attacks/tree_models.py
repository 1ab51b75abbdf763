"""Trees and tokenizers whose numbers lead a library out of its memory."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.protobuf_writer import message, text
from pratique.drill.tree_writer import lightgbm, ubjson, xgboost_binary, xgboost_model

LEAVES = ([2, -1, -1], [0, 0, 0])  # right children and features of a tree with two leaves


def _writes(name: str, data: bytes) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return build


def charsmap(root: int) -> bytes:
    """A SentencePiece model whose compiled rules are one block, all values but for the root."""
    units = struct.pack("<256I", root, *[1 << 31] * 255)
    rules = struct.pack("<I", len(units)) + units + b"a\0"
    piece = message(1, text(1, "a"), b"\x15" + bytes(4))
    return piece + message(3, text(1, "drill"), text(2, rules))


ATTACKS = (
    Attack(
        id="xgboost-tree-out-of-bounds",
        title="An XGBoost model in UBJSON with a child far outside of its tree",
        path=AttackPath.MODEL,
        trips=("structure/tree-indices",),
        build=_writes("model.ubj", ubjson(xgboost_model([1 << 28, -1, -1], *LEAVES))),
        twin=_writes("model.ubj", ubjson(xgboost_model([1, -1, -1], *LEAVES))),
        refused=False,
        where="model.ubj",
    ),
    Attack(
        id="xgboost-json-tree-circle",
        title="An XGBoost model in JSON whose node is its own ancestor",
        path=AttackPath.MODEL,
        trips=("structure/tree-indices",),
        build=_writes("model.json", json.dumps(xgboost_model([0, -1, -1], *LEAVES)).encode()),
        twin=_writes("model.json", json.dumps(xgboost_model([1, -1, -1], *LEAVES)).encode()),
        refused=False,
        where="model.json",
    ),
    Attack(
        id="xgboost-binary-feature",
        title="An old XGBoost model that splits on a feature it does not have",
        path=AttackPath.MODEL,
        trips=("structure/tree-indices",),
        build=_writes("xgb.model", xgboost_binary([1, -1, -1], [2, -1, -1], [1 << 20, 0, 0])),
        twin=_writes("xgb.model", xgboost_binary([1, -1, -1], *LEAVES)),
        refused=False,
        where="xgb.model",
    ),
    Attack(
        id="lightgbm-leaf-out-of-bounds",
        title="A LightGBM text model with a leaf far outside of its tree",
        path=AttackPath.MODEL,
        trips=("structure/tree-indices",),
        build=_writes("model.txt", lightgbm("1 -1", "-90000 -2").encode()),
        twin=_writes("model.txt", lightgbm("1 -1", "-3 -2").encode()),
        refused=False,
        where="model.txt",
    ),
    Attack(
        id="sentencepiece-charsmap-root",
        title="A tokenizer whose compiled rules lead out of their table",
        path=AttackPath.MODEL,
        trips=("structure/graph-consistency",),
        build=_writes("tokenizer.model", charsmap(0x1FFFF << 10)),
        twin=_writes("tokenizer.model", charsmap(0)),
        refused=False,
        where="tokenizer.model",
    ),
)
