"""ONNX: what is read, what is refused, what stays quiet."""

from __future__ import annotations

from pathlib import Path

from pratique import inspect
from pratique.domain.locator import Locator
from pratique.domain.part import Broken, Metadata, Operator, Part, Tensor
from pratique.domain.verdict import Decision
from pratique.drill.onnx_writer import function, graph, model, node, tensor
from pratique.drill.protobuf_writer import text
from pratique.engine.walk import Account, Walk
from pratique.formats.contract import Scope
from pratique.formats.identify import identify
from pratique.formats.window import Budget, Window


def walk(data: bytes, name: str = "model.onnx") -> tuple[list[Part], Account]:
    walk = Walk(Budget())
    return list(walk.parts(Window.of_bytes(data), Scope(Locator(name)))), walk.account


def test_nodes_of_subgraphs_and_functions_are_operators() -> None:
    body = graph(node("If", graph=graph(node("Hidden", "evil"))), node("Twice", "local"))
    parts, account = walk(model(body, functions=(function("local", "Twice", node("Add")),)))
    operators = [(p.domain, p.type, "defined" in dict(p.attributes)) for p in parts if isinstance(p, Operator)]
    assert operators == [("", "If", False), ("evil", "Hidden", False), ("local", "Twice", True), ("", "Add", False)]
    assert not account.gaps


def test_tensors_have_type_shape_and_place() -> None:
    data = model(graph(node("Relu"), initializers=(tensor("weights"),)))
    found = [p for p in walk(data)[0] if isinstance(p, Tensor)]
    assert [(t.name, t.dtype, t.shape) for t in found] == [("weights", "float32", (4,))]
    assert found[0].where.offset is not None


def test_external_data_is_told() -> None:
    external = {"location": "../x", "offset": "5", "length": "16"}
    parts, _ = walk(model(graph(node("Relu"), initializers=(tensor(external=external),))))
    entries = [p.value for p in parts if isinstance(p, Metadata) and p.document == "onnx-external-data"]
    assert entries == [{"tensor": "w", **external}]


def test_data_beside_the_model_is_settled_by_its_claim(tmp_path: Path) -> None:
    external = {"location": "weights.bin", "offset": "0", "length": "16"}
    (tmp_path / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=(tensor(external=external),))))
    (tmp_path / "weights.bin").write_bytes(bytes(range(16)))
    assert inspect(tmp_path).verdict.decision is Decision.ADMIT
    (tmp_path / "other.bin").write_bytes(bytes(range(16)))
    assert inspect(tmp_path).verdict.decision is Decision.HOLD


def test_an_unknown_field_is_told_and_looked_into() -> None:
    hidden = b"\x7fELF" + bytes(60)
    parts, _ = walk(model(graph(node("Relu"))) + text(99, hidden))
    assert any(isinstance(p, Broken) and p.defect == "onnx-unknown-field" for p in parts)


def test_a_wrong_tensor_size_is_told() -> None:
    short = tensor().replace(b"\x4a\x10", b"\x4a\x0c")[:-4]
    parts, _ = walk(model(graph(node("Relu"), initializers=(short,))))
    assert [p.defect for p in parts if isinstance(p, Broken)] == ["onnx-tensor-size"]


def test_deep_subgraphs_end_in_a_gap() -> None:
    inner = graph(node("Relu"))
    for _ in range(60):
        inner = graph(node("If", graph=inner))
    parts, account = walk(model(inner))
    assert any(isinstance(p, Broken) and p.defect == "onnx-depth" for p in parts)
    assert account.gaps


def test_other_messages_are_not_onnx() -> None:
    for data in (b"\x08\x01\x12\x04abcd", b"\x0a\x03abc", b"\x08" * 40, bytes(range(8, 200))):
        assert "onnx" not in [f.id for f in identify(Window.of_bytes(data), "model.onnx")]


def test_missing_data_is_told_once_and_admits(tmp_path: Path) -> None:
    tensors = tuple(tensor(name, external={"location": "weights.bin", "length": "16"}) for name in "ab")
    (tmp_path / "model.onnx").write_bytes(model(graph(node("Relu"), initializers=tensors)))
    result = inspect(tmp_path)
    assert [f.rule for f in result.report.findings] == ["structure/onnx-external-missing"]
    assert result.verdict.decision is Decision.ADMIT
