"""Small tree models, byte by byte: XGBoost in UBJSON and in its old binary form, LightGBM, fastText, ggml and CatBoost."""

from __future__ import annotations

import struct
from typing import Any

from pratique.drill.flatbuffer_writer import Fields, Value, buffer


def ubjson(value: Any) -> bytes:
    """A value as XGBoost writes it: lengths of 8 bytes, lists of integers as typed arrays of 4-byte integers."""
    if isinstance(value, dict):
        return b"{" + b"".join(_text(k) + ubjson(v) for k, v in value.items()) + b"}"
    if isinstance(value, list) and value and all(isinstance(v, int) for v in value):
        return b"[$l#L" + struct.pack(f">q{len(value)}i", len(value), *value)
    if isinstance(value, list):
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(ubjson(v) for v in value)
    if isinstance(value, str):
        return b"S" + _text(value)
    return b"L" + struct.pack(">q", int(value))


def _text(value: str) -> bytes:
    data = value.encode()
    return b"L" + struct.pack(">q", len(data)) + data


def xgboost_model(left: list[int], right: list[int], features: list[int], width: int = 2) -> dict[str, Any]:
    """An XGBoost model of one tree, as its JSON form has it."""
    tree = {"id": 0, "left_children": left, "right_children": right, "split_indices": features}
    booster = {"name": "gbtree", "model": {"tree_info": [0], "trees": [tree]}}
    objective = {"name": "binary:logistic"}
    learner = {"learner_model_param": {"num_feature": str(width)}, "gradient_booster": booster, "objective": objective}
    return {"learner": learner, "version": [2, 1, 4]}


def xgboost_binary(left: list[int], right: list[int], features: list[int], *, dart: bool = False) -> bytes:
    """A model of version 1.7 with one tree, an attribute and a metric."""
    learner = struct.pack("<fIiiiii", 0.5, 2, 0, 1, 1, 1, 7).ljust(136, b"\0")
    names = _counted("reg:linear") + _counted("dart" if dart else "gbtree")
    trees = struct.pack("<i", 1).ljust(160, b"\0")
    tree = struct.pack("<6i", 1, len(left), 0, 0, 2, 0).ljust(148, b"\0")
    nodes = b"".join(struct.pack("<iiiIf", 0, a, b, f, 0.5) for a, b, f in zip(left, right, features, strict=True))
    drops = struct.pack("<Qf", 1, 1.0) if dart else b""
    attributes = struct.pack("<Q", 1) + _counted("best") + _counted("1")
    metrics = struct.pack("<Q", 1) + _counted("rmse")
    return b"binf" + learner + names + trees + tree + nodes + bytes(16 * len(left) + 4) + drops + attributes + metrics


def xgboost_pickled(model: bytes) -> bytes:
    """What a pickled booster of 1.x holds: the model, then its configuration in JSON."""
    return b"CONFIG-offset:" + struct.pack("<Q", len(model)) + model + b'{"learner": {}}'


def _counted(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def lightgbm(left: str, right: str, features: str = "0 1") -> str:
    """A text model of one tree with three leaves."""
    head = "tree\nversion=v4\nnum_class=1\nmax_feature_idx=1\nobjective=regression\ntree_sizes=200\n\n"
    tree = f"Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature={features}\nleft_child={left}\nright_child={right}\n"
    return f"{head}{tree}leaf_value=0.1 0.2 0.3\n\n\nend of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"


def fasttext(words: tuple[str, ...], *, quantized: bool = False) -> bytes:
    """A model of two dimensions."""
    args = struct.pack("<ii12id", 793712314, 12, 2, 5, 1, 1, 1, 1, 3, 3, 0, 0, 0, 100, 1e-4)
    dictionary = struct.pack("<iiiqq", len(words), len(words), 0, 10, 1 if quantized else -1)
    entries = b"".join(word.encode() + b"\0" + struct.pack("<qb", 5, 0) for word in words)
    pruned = bytes(8) if quantized else b""
    dense = struct.pack("<qq", len(words), 2) + bytes(8 * len(words))
    quantizer = struct.pack("<4i", 2, 1, 2, 2) + bytes(4 * 2 * 256)
    packed = b"\1" + struct.pack("<qqi", len(words), 2, len(words)) + bytes(len(words)) + quantizer
    packed += bytes(len(words)) + struct.pack("<4i", 1, 1, 1, 1) + bytes(4 * 256)
    first = b"\1" + packed if quantized else b"\0" + dense
    return args + dictionary + entries + pruned + first + b"\0" + dense


def ggml_llama(magic: bytes) -> bytes:
    """A llama model with two words and one tensor in the form that `magic` names."""
    later = magic != b"lmgg"
    head = magic + (struct.pack("<I", 1) if later else b"") + struct.pack("<7I", 2, 4, 1, 1, 1, 4, 0)
    words = b"".join(struct.pack("<I", 1) + w + (bytes(4) if later else b"") for w in (b"a", b"b"))
    return head + words + _ggml_tensor(len(head + words), aligned=magic == b"tjgg")


def ggml_adapter() -> bytes:
    """A LoRA of rank 8 with one tensor."""
    head = b"algg" + struct.pack("<3I", 1, 8, 16)
    return head + _ggml_tensor(len(head), aligned=True)


def ggml_whisper() -> bytes:
    """A whisper model with one mel filter, one word and one tensor."""
    head = b"lmgg" + struct.pack("<11I", 3, 4, 4, 1, 1, 4, 4, 1, 1, 1, 0) + struct.pack("<II", 1, 2) + bytes(8)
    head += struct.pack("<II", 1, 2) + b"hi"
    return head + _ggml_tensor(len(head))


def _ggml_tensor(at: int, *, aligned: bool = False) -> bytes:
    data = struct.pack("<5I", 2, 1, 0, 2, 2) + b"w"
    return data + (bytes(-(at + len(data)) % 32) if aligned else b"") + bytes(16)


def catboost(*, counters: bool = False) -> bytes:
    """A model of one tree over one feature with borders, and information; with a table of counters behind it."""
    feature = Fields({1: 0, 2: 0, 3: [1], 4: "f"})
    trees = Fields({0: 1, 1: [0], 2: [1], 3: [0], 5: [feature]})
    fields: dict[int, Value] = {0: "FlabuffersModel_v1", 1: trees, 2: [Fields({0: "params", 1: "{}"})]}
    if counters:
        fields[3] = ["static_provider_v1"]
    model = buffer(Fields(fields), b"\0\0\0\0")
    table = buffer(Fields({0: Fields({0: Fields({0: [0]})}), 1: bytes(8), 2: bytes(8)}), b"\0\0\0\0")
    behind = struct.pack("<II", 1, len(table)) + table if counters else b""
    return b"CBM1" + struct.pack("<I", len(model)) + model + behind
